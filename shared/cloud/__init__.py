"""The Alibaba edge: session, one module per product, one error table."""
