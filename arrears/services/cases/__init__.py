"""Cases: opening, handing over, closing, and what every step on one has in common."""
