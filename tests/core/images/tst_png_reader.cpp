#include "core/images/png_reader.h"

#include <QTest>

#include "core/base/error.h"
#include "core/images/png_chunks.h"
#include "core/images/png_writer.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// A picture of 2x1 pixels, as its chunks in front of the pixels and those from there on.
std::pair<std::string, std::string> halves() {
    const std::vector<uint8_t> rgb = {1, 2, 3, 4, 5, 6};
    const std::string png = encode_png({rgb.data(), 2, 1}, {});
    const size_t pixels = png.find("IDAT") - 4;
    return {png.substr(0, pixels), png.substr(pixels)};
}

}  // namespace

class TestPngReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aChunkOfPixelsMayBeEmpty() {
        const auto [head, pixels] = halves();
        QVERIFY(decode_png(head + png_chunk("IDAT", "") + pixels, "x.png").rgb ==
                (std::vector<uint8_t>{1, 2, 3, 4, 5, 6}));
    }

    void aPictureWithoutPixelsIsRefused() {
        const auto [head, pixels] = halves();
        for (const std::string& png : {head, head + png_chunk("IDAT", ""), head + png_chunk("IEND", ""),
                                       head + png_chunk("IDAT", "") + png_chunk("IEND", "")})
            QVERIFY(error_of([&, &data = png] {
                        decode_png(data, "x.png");
                    }).starts_with("x.png is a PNG whose pixels cannot be read: "));
    }
};

FANLIGHT_TEST(TestPngReader)
#include "tst_png_reader.moc"
