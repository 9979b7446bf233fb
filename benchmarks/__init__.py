"""What a delivery costs, against a bare Django view: ``make bench``."""
