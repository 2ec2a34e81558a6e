"""The certificate itself: its fields, its forms, what of it may be shown, how it is exchanged."""
