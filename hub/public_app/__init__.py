"""The citizens' web app under ``/app``: sign in, declare a parcel, see what becomes of it."""
