"""The recorded runs of docs/recipes, as a table for their page.

Each is the folder of a run without its weights: config.json, metrics.csv, curves.svg, and output.txt, what was printed. Of a run
that was stopped in its first epoch, to see what it costs, there are only the first and the last.
"""
import csv
import json
import re

from requote import Lost

FILES = ("config.json", "metrics.csv", "curves.svg", "output.txt")


def require_files(folder, names):
    for name in names:
        if not (folder / name).is_file():
            raise Lost(f"docs/recipes/{folder.name}/{name} is missing")


def read_recipe(folder):
    """What a row of the table says. Raises Lost if a file is missing, or if they are not of one run."""
    require_files(folder, ("config.json", "output.txt"))
    config = json.loads((folder / "config.json").read_text())
    output = (folder / "output.txt").read_text()
    parameters = re.search(r"^([\d,]+) parameters$", output, re.MULTILINE)
    stopped = re.search(r"^epoch 1 so far: (\d+) of (\d+) steps, .*, (\d+\.?\d*) s a step$", output, re.MULTILINE)
    if stopped and parameters:
        steps, seconds = int(stopped[1]), float(stopped[3])
        share = f"{steps / int(stopped[2]):.3f} of {config['training']['epochs']}"
        return "stopped", f"{steps * seconds / 60:.0f}", share, parameters[1]
    require_files(folder, FILES)
    with (folder / "metrics.csv").open(newline="") as file:
        epochs = list(csv.DictReader(file))
    if len(epochs) != config["training"]["epochs"]:
        raise Lost(f"docs/recipes/{folder.name}: {len(epochs)} epochs in metrics.csv, {config['training']['epochs']} in config.json")
    accuracy = re.search(r"^test accuracy (\d\.\d+) \(\d+/\d+\)$", output, re.MULTILINE)
    if not accuracy or not parameters:
        raise Lost(f"docs/recipes/{folder.name}/output.txt is not of a complete run")
    minutes = sum(float(epoch["seconds"]) for epoch in epochs) / 60
    return f"{100 * float(accuracy[1]):.2f} %", f"{minutes:.0f}", str(len(epochs)), parameters[1]


def rows(root, _):
    folders = sorted((root / "docs/recipes").glob("*/"))
    return ["| recipe | test accuracy | minutes | epochs | parameters |", "|---|---|---|---|---|",
            *(f"| [{folder.name}](recipes/{folder.name}/config.json) | {' | '.join(read_recipe(folder))} |" for folder in folders)]
