"""The workloads' models in PyTorch that speed (`pytorch.py`) and losses (`parity.py`) are compared with alike.

Only the transformer is not here: its attention is what the two differ in.
"""

import torch.nn as nn
import torch.nn.functional as F


class Lstm(nn.Module):
    def __init__(self, vocabulary=64, width=128):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.lstm, self.head = nn.LSTM(width, width, 2, batch_first=True), nn.Linear(width, vocabulary)

    def forward(self, x):
        return self.head(self.lstm(self.tokens(x))[0])


class Residual(nn.Module):
    def __init__(self, taken, given, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(taken, given, 3, stride, 1, bias=False), nn.BatchNorm2d(given)
        self.conv2, self.norm2 = nn.Conv2d(given, given, 3, 1, 1, bias=False), nn.BatchNorm2d(given)
        if stride == 1:
            self.past = nn.Identity()
        else:
            self.past = nn.Sequential(nn.Conv2d(taken, given, 1, stride, bias=False), nn.BatchNorm2d(given))

    def forward(self, x):
        return F.relu(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))) + self.past(x))


def mlp():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    seen = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*seen, nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10))


def resnet():
    stem = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    blocks = [Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2)]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
