"""Colour pairs for packs and scenes; all chosen to sit together on paper tones."""

from dataclasses import dataclass

CREAM = "#FBF5E6"
INK = "#2A211B"


@dataclass(frozen=True)
class Pack:
    """Colours of one invented pack: body, its shade, label ink, accent, text on the body."""

    base: str
    shade: str
    ink: str
    accent: str
    on: str
    band: tuple


PACKS = {
    "tea": Pack("#1F5A43", "#123A2B", "#1D3F30", "#B3541E", "#FBF5E6", ("#173F30", "#E0A93B", "#B3541E")),
    "indigo": Pack("#2B4780", "#182A54", "#1C2F5C", "#B4481E", "#F6F1E4", ("#182A54", "#E4C37A", "#A94A2A")),
    "earth": Pack("#96401C", "#66260D", "#5A2410", "#96401C", "#FBF1DF", ("#5A2410", "#E0A93B", "#2F5A45")),
    "plum": Pack("#652B4C", "#40162E", "#4A1B36", "#9B4B2E", "#FAEFE6", ("#40162E", "#DDB064", "#B5577A")),
    "teal": Pack("#22686B", "#124346", "#154A4D", "#B4571E", "#F2F4E9", ("#124346", "#E6CF8E", "#C76B3A")),
    "olive": Pack("#69743A", "#464F20", "#3D461B", "#9A4A1B", "#F8F4E0", ("#3D461B", "#E2C15C", "#A5502A")),
    "mustard": Pack("#D39A2C", "#A06C10", "#4A2D06", "#8C2F1B", "#3A2506", ("#6A3C0A", "#F4D58A", "#8C2F1B")),
    "charcoal": Pack(
        "#35302B", "#1B1815", "#2A2521", "#A9781F", "#F3E7C8", ("#1B1815", "#D4A84B", "#8C2F1B")
    ),
    "brick": Pack("#A83E2C", "#742517", "#6A1F14", "#8A5A00", "#FDF0E0", ("#742517", "#F0C777", "#2B4A3C")),
    "kraft": Pack("#CDA370", "#A27A48", "#3E2A14", "#8F3614", "#3E2A14", ("#8A6234", "#F3E2BF", "#8F3614")),
    "cream": Pack("#F0E5CC", "#CFBF97", "#2B3A30", "#1E5B43", "#24402F", ("#1E5B43", "#F3E2B4", "#B4481E")),
    "leaf": Pack("#56873F", "#375B27", "#2C4A1F", "#A6491C", "#FAF7E4", ("#2F5221", "#EAD27C", "#B4571E")),
    "rose": Pack("#C77B6D", "#965044", "#5B2A22", "#7C2F3F", "#FFF5EC", ("#7C3A30", "#F7D9B6", "#3F5A4A")),
    "sky": Pack("#4F7FA0", "#335872", "#24455C", "#B4571E", "#F6F5EA", ("#264B64", "#EBD9A4", "#C7663A")),
}


@dataclass(frozen=True)
class Scene:
    wall: str
    wall_shade: str
    table: str
    table_shade: str


SCENES = {
    "tea": Scene("#F7EFE0", "#E2D2B4", "#C9A777", "#A67F4E"),
    "honey": Scene("#FBF3DE", "#E9D3A2", "#B88652", "#8C5F33"),
    "craft": Scene("#E9EEF0", "#C3CED3", "#8C6A4C", "#6B4D34"),
    "fruit": Scene("#F3F1DC", "#D4D9B0", "#C9A777", "#A67F4E"),
    "sea": Scene("#E6F0EC", "#B9D3CF", "#CDB690", "#A68D66"),
    "clay": Scene("#F7E8DE", "#E2C2AE", "#9C6B4A", "#774C31"),
    "paper": Scene("#FBF8F1", "#E4DAC4", "#DCCBA8", "#BCA67C"),
    "leaf": Scene("#E8EFE2", "#BFD0B4", "#B08A5C", "#866339"),
    "dusk": Scene("#EDE6E4", "#CDBDB8", "#7E6553", "#5D4939"),
}
