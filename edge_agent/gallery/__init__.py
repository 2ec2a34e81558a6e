"""The checkpoint's reference database: the port, FAISS behind it, and how it is kept on disk."""
