"""Makes the fixtures that other software must have written: .npy files by NumPy, and pictures
resampled by Pillow. Needs numpy and pillow; run in this folder after a change, and commit the
results.
"""

import pathlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

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


def centre_crop(image, size, height, width, filter=Image.BILINEAR):
    """torchvision's Resize, of one number or of two, and CenterCrop."""
    w, h = image.size
    short = min(w, h)
    if isinstance(size, int):
        size = (size * h // short, size * w // short)
    image = image.resize(size[::-1], filter)
    w, h = image.size
    top, left = round((h - height) / 2), round((w - width) / 2)
    return image.crop((left, top, left + width, top + height))


def pictures():
    wide = picture(61, 90)
    wide.save(OUT / "wide.png")
    np.save(OUT / "wide-shrunk.npy", np.asarray(centre_crop(wide, 37, 32, 28)))
    np.save(OUT / "wide-enlarged.npy", np.asarray(centre_crop(wide, 100, 80, 97)))
    cubic = Image.BICUBIC
    np.save(OUT / "wide-cubic-shrunk.npy", np.asarray(centre_crop(wide, 37, 32, 28, cubic)))
    np.save(OUT / "wide-cubic-enlarged.npy", np.asarray(centre_crop(wide, 100, 80, 97, cubic)))
    np.save(OUT / "wide-squeezed.npy", np.asarray(centre_crop(wide, (64, 40), 61, 33)))
    np.save(OUT / "wide-grey.npy", np.asarray(wide.convert("L")))
    wide.convert("L").save(OUT / "grey.png")
    wide.convert("P").save(OUT / "palette.png")
    np.save(OUT / "palette.npy", np.asarray(wide.convert("P").convert("RGB")))
    wide.save(OUT / "photo.jpg", quality=90)
    np.save(OUT / "photo.npy", np.asarray(Image.open(OUT / "photo.jpg")))
    wide.convert("CMYK").save(OUT / "inks.jpg", quality=90)
    inks = np.asarray(Image.open(OUT / "inks.jpg").convert("RGB"))
    np.save(OUT / "inks.npy", inks)
    # The colour transform of Adobe's segment: 2 for inks stored as YCCK.
    ycck = bytearray((OUT / "inks.jpg").read_bytes())
    ycck[ycck.index(b"Adobe") + 11] = 2
    (OUT / "inks-ycck.jpg").write_bytes(ycck)
    ycck = np.asarray(Image.open(OUT / "inks-ycck.jpg").convert("RGB"))
    np.save(OUT / "inks-ycck.npy", ycck)
    # A profile with red and green exchanged shows if anybody applies it.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    wide.save(OUT / "profile.jpg", quality=90, icc_profile=bytes(profile))
    np.save(OUT / "profile.npy", np.asarray(Image.open(OUT / "profile.jpg")))
    wide.convert("LA").save(OUT / "grey-alpha.png")
    deep = np.arange(0, 65536, 1024, dtype=np.uint16).reshape(8, 8)
    Image.fromarray(deep).save(OUT / "grey16.png")


def turned():
    """A JPEG for each orientation, with EXIF of either byte order, and what a viewer shows."""
    shown = []
    for orientation in range(1, 9):
        order, mark = [("little", b"II"), ("big", b"MM")][orientation % 2]
        entries = [(0x10F, 2, 4, int.from_bytes(b"abc\0", order))]
        if order == "little":
            entries.append((0x112, 3, 1, orientation))
        else:
            entries.append((0x112, 3, 1, orientation << 16))
        exif = b"Exif\0\0" + mark + (42).to_bytes(2, order) + (8).to_bytes(4, order)
        exif += len(entries).to_bytes(2, order)
        for tag, kind, count, value in entries:
            exif += tag.to_bytes(2, order) + kind.to_bytes(2, order)
            exif += count.to_bytes(4, order) + value.to_bytes(4, order)
        exif += (0).to_bytes(4, order)
        picture(6, 9).save(OUT / f"turned-{orientation}.jpg", quality=95, exif=exif)
        upright = ImageOps.exif_transpose(Image.open(OUT / f"turned-{orientation}.jpg"))
        shown.append(np.asarray(upright).reshape(-1))
    np.save(OUT / "turned.npy", np.stack(shown))


npy()
pictures()
turned()
