"""The verdict on a certificate, with its reasons and what it rests on."""
