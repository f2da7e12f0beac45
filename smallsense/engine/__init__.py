"""How a model answers: the three questions, the engines that answer them, and the weights they need."""
