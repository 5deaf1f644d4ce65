"""The one plan by which both networks of five layers learn: the same rate, weight decay, dropout, pictures and epochs."""

from cnn_core.training.engine.classification import Cycle, cifar_augment
from cnn_core.training.engine.loop import Plan

DROPOUT = 0.1
CYCLES = (Cycle(Plan(epochs=20, rate=0.1), cifar_augment()),)
