"""What is due on a parcel, and how much of a person's monthly limit it uses."""
