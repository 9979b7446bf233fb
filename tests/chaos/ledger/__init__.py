"""A project's app: its receivers write down what they have done, and nothing hides that they did it twice."""
