"""The control document: its types, its parser, the Git sources it is read from."""
