"""One product picture: stage, the thing itself, props on the table."""

from . import baskets, crafts_clay, crafts_wood, crafts_woven, landscape, packs_box, packs_glass, packs_soft
from .palette import SCENES
from .scene import backdrop, closer, flying, prop
from .svg import Drawing


def _bottle(shape):
    return lambda drawing, goods: packs_glass.glass_bottle(drawing, goods, shape)


# template -> drawings for variant a and b
TEMPLATES = {
    "pouch": (packs_soft.pouch, packs_soft.paper_bag),
    "garlic": (packs_soft.pillow, packs_soft.pouch),
    "pillow": (packs_soft.pillow, packs_soft.pouch),
    "sack": (packs_soft.sack, packs_soft.sack),
    "jar": (packs_glass.jar, packs_glass.squat_jar),
    "jarbox": (packs_glass.jar, packs_box.upright_box),
    "honey": (packs_glass.jar, _bottle("oil")),
    "sauce": (_bottle("sauce"), _bottle("oil")),
    "oil": (_bottle("oil"), _bottle("sauce")),
    "chili": (_bottle("chili"), _bottle("sauce")),
    "spirit": (packs_glass.gourd, _bottle("slim")),
    "drink": (_bottle("drink"), _bottle("chili")),
    "dropper": (packs_glass.dropper, packs_glass.dropper),
    "pump": (packs_glass.pump, packs_glass.pump),
    "box": (packs_box.upright_box, packs_box.upright_box),
    "flat": (packs_box.flat_box, packs_box.gift_box),
    "tray": (packs_box.tray, packs_box.flat_box),
    "parcel": (packs_box.leaf_parcel, packs_box.leaf_parcel),
    "crate": (baskets.basket, baskets.crate),
    "winejar": (crafts_clay.wine_jar, crafts_clay.wine_jar),
    "porcelain": (crafts_clay.blue_vase, crafts_clay.blue_vase),
    "terracotta": (crafts_clay.terracotta, crafts_clay.terracotta),
    "lacquer": (crafts_clay.lacquer_vase, crafts_clay.lacquer_vase),
    "lantern": (crafts_woven.lantern, crafts_woven.lantern),
    "mat": (crafts_woven.mat, crafts_woven.mat),
    "basketry": (crafts_woven.bamboo_basket, crafts_woven.bamboo_basket),
    "tote": (crafts_woven.sedge_tote, crafts_woven.sedge_tote),
    "hat": (crafts_woven.leaf_hat, crafts_woven.leaf_hat),
    "silk": (crafts_woven.silk, crafts_woven.silk),
    "bag": (crafts_woven.brocade_bag, crafts_woven.brocade_bag),
    "statue": (crafts_wood.statue, crafts_wood.statue),
    "incense": (crafts_wood.incense, crafts_wood.incense),
    "soap": (crafts_wood.soap, crafts_wood.soap),
    "sapling": (crafts_wood.sapling, crafts_wood.sapling),
}
PLACES = {"village": landscape.vegetable_village, "stilt": landscape.stilt_village}
# Templates so wide that only a corner is free for one small prop.
WIDE = {
    "crate",
    "flat",
    "tray",
    "terracotta",
    "soap",
    "incense",
    "tote",
    "basketry",
    "parcel",
    "hat",
    "silk",
    "mat",
    "dropper",
}
# Slim things whose second view is the label seen near.
BOTTLED = {"sauce", "oil", "chili", "spirit", "drink", "pump"}
AIRBORNE = {"honeybee"}


def _props(drawing, goods):
    """One or two glyphs left and right of the thing."""
    wide, marks = goods.template in WIDE, []
    mirror = goods.options["mirror"]
    spots = [(112, 704, 104), (700, 712, 100)] if wide else [(650, 652, 140), (146, 664, 124)]
    if mirror:
        spots = [(800 - x, y, size) for x, y, size in spots]
    for name, (x, y, size) in zip(goods.props[: 1 if wide else 2], spots, strict=False):
        if name in AIRBORNE:
            marks.append(flying(drawing, name, x, 290, 100, -14 if x < 400 else 14))
        else:
            marks.append(prop(drawing, name, x, y, size, goods.random(name).uniform(-9, 9)))
    return "".join(marks)


def product_svg(goods):
    """SVG of one main picture (variant 0, 1) or of the second view (2)."""
    drawing = Drawing()
    if goods.template in PLACES:
        place = PLACES[goods.template](drawing, goods)
        return drawing.markup(closer(place, 1.5, 0, (420, 520)) if goods.variant == 2 else place)
    if goods.variant == 2 and goods.second in ("pile", "scatter"):
        body = baskets.table_top(drawing, SCENES[goods.scene]) + baskets.round_tray(
            drawing, goods, goods.second == "scatter"
        )
        return drawing.markup(body)
    thing = TEMPLATES[goods.template][goods.variant % 2](drawing, goods)
    stage = backdrop(drawing, goods.scene, goods.manner)
    if goods.variant == 2:
        tilt = -3 if goods.options["mirror"] else 3
        if goods.template in BOTTLED:
            return drawing.markup(stage + closer(thing, 1.55, tilt, (400, 478)))
        return drawing.markup(stage + closer(thing, 1.3, tilt))
    return drawing.markup(stage + thing + _props(drawing, goods))
