from openfeature import api

NEW_CART = "new-cart"
client = api.get_client()


def open_cart():
    if client.get_boolean_value(NEW_CART, False):
        return "new"
    return "old"
