"""Objects and scans whose true ADC is known."""
