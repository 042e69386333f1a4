"""The life of a product page. Pure: no models, no database."""

from core.states import Machine

DRAFT, PUBLISHED, HIDDEN = "draft", "published", "hidden"

PRODUCT = Machine(
    name="product",
    steps={
        DRAFT: frozenset({PUBLISHED, HIDDEN}),
        PUBLISHED: frozenset({HIDDEN}),
        HIDDEN: frozenset({PUBLISHED}),
    },
)
