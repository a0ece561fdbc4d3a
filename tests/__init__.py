"""The whole product from outside, and the tools."""
