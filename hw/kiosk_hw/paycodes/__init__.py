"""What gateways of payment codes have in common: signing, HTTP messages, amounts, form fields."""
