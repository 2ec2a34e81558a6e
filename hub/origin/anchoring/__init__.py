"""From a certificate to what stands on the chain: hashes, trees, keys. Nothing here is readable there."""
