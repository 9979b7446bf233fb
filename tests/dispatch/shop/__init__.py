"""A shop whose receivers fail, wait and count as the object of the event says: for workers that tests start."""
