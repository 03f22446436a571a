"""What measure_card is made of: the machine (`machine`), runs of the programs (`programs`), models to measure with (`random_model`,
`random_flow_model`, `random_language_model`), the steps (`devices`, `pictures`, `memory`, `faults`, `speed`, `dtypes`, `peer`, `flow`, `texts`), pixels to
compare (`png`), and where figures go (`report`)."""
