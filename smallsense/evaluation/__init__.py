"""How good the skills are: samples of real text, scores, peers and calibration. Nothing below imports it."""
