"""What measure_card is made of: the machine (`machine`), runs of the programs (`programs`), a model to measure with (`random_model`), the steps
(`devices`, `pictures`, `memory`, `faults`, `speed`), and where their figures go (`report`)."""
