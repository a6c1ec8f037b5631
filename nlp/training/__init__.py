"""How kept models are made. The only part that may import torch; nothing outside imports it."""
