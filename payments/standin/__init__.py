"""A stand-in for VNPay on this machine: the same protocol, no money, and bad manners on request.

``python -m payments.standin --port N --ipn-url URL``. It shares no code with the gateway that it
is there to try: what both agree on is the protocol.
"""
