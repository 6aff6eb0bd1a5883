"""Makes the fixtures that other software must have written: .npy files by NumPy, and pictures
resampled by Pillow. Needs numpy and pillow; run in this folder after a change, and commit the
results.
"""

import pathlib

import numpy as np
from PIL import Image

OUT = pathlib.Path("../resources/dev/shiftwise/models/io")


def npy():
    values = np.array([[0, 1, 2], [3, 100, 127]])
    for code in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "f2", "f4", "f8"]:
        for order in "<>":
            name = {"<": "little", ">": "big"}[order]
            np.save(OUT / f"{code}-{name}.npy", values.astype(order + code))
    np.save(OUT / "bool.npy", values > 1)
    np.save(OUT / "scalar.npy", np.float32(2.5))
    np.save(OUT / "empty.npy", np.zeros((0, 3), np.float32))
    cube = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    np.save(OUT / "fortran.npy", np.asfortranarray(cube))
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(OUT / f"version-{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, cube, version)
    np.save(OUT / "complex.npy", values.astype(np.complex64))
    np.save(OUT / "structured.npy", np.zeros(2, dtype=[("a", "<f4")]))


def picture(height, width):
    """Smooth colours with noise on top: both the filter's width and its rounding show."""
    random = np.random.default_rng(7)
    y, x = np.mgrid[0:height, 0:width]
    smooth = [127 + 120 * np.sin(x / 5 + c) * np.cos(y / (4 + c)) for c in range(3)]
    noisy = np.stack(smooth, -1) + random.normal(0, 15, (height, width, 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def centre_crop(image, shorter, height, width):
    """torchvision's Resize and CenterCrop."""
    w, h = image.size
    short = min(w, h)
    image = image.resize((shorter * w // short, shorter * h // short), Image.BILINEAR)
    w, h = image.size
    top, left = round((h - height) / 2), round((w - width) / 2)
    return image.crop((left, top, left + width, top + height))


def pictures():
    wide = picture(61, 90)
    wide.save(OUT / "wide.png")
    np.save(OUT / "wide-shrunk.npy", np.asarray(centre_crop(wide, 37, 32, 28)))
    np.save(OUT / "wide-enlarged.npy", np.asarray(centre_crop(wide, 100, 80, 97)))
    np.save(OUT / "wide-grey.npy", np.asarray(wide.convert("L")))
    wide.convert("L").save(OUT / "grey.png")
    wide.convert("P").save(OUT / "palette.png")
    np.save(OUT / "palette.npy", np.asarray(wide.convert("P").convert("RGB")))
    wide.save(OUT / "photo.jpg", quality=90)
    np.save(OUT / "photo.npy", np.asarray(Image.open(OUT / "photo.jpg")))
    wide.convert("CMYK").save(OUT / "inks.jpg", quality=90)
    inks = np.asarray(Image.open(OUT / "inks.jpg").convert("RGB"))
    np.save(OUT / "inks.npy", inks)
    deep = np.arange(0, 65536, 1024, dtype=np.uint16).reshape(8, 8)
    Image.fromarray(deep).save(OUT / "grey16.png")


npy()
pictures()
