"""What operators do: retry, replay, reconcile, prune, erase, and see how things stand."""
