#include <QtTest>
#include <thread>

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/images/png_writer.h"

#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>

#include "tests/support/test.h"
#pragma GCC diagnostic pop

using namespace fanlight;

namespace {

/// A gradient with noise, [height, width, 3].
std::vector<uint8_t> picture(int width, int height) {
    std::vector<uint8_t> rgb;
    uint32_t random = 1;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c) {
                random = random * 1664525u + 1013904223u;
                rgb.push_back(static_cast<uint8_t>(x * (c + 1) + y + (random >> 28)));
            }
    return rgb;
}

std::vector<uint8_t> decoded(const std::string& png, int& width, int& height) {
    int channels = 0;
    stbi_uc* pixels = stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png.data()), static_cast<int>(png.size()),
                                            &width, &height, &channels, 0);
    if (!pixels || channels != 3) return {};
    std::vector<uint8_t> rgb(pixels, pixels + width * height * 3);
    stbi_image_free(pixels);
    return rgb;
}

}  // namespace

class PngWriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anotherDecoderSeesTheSamePixels_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("one pixel") << 1 << 1;
        QTest::newRow("a row") << 300 << 1;
        QTest::newRow("a column") << 1 << 300;
        QTest::newRow("odd sizes") << 37 << 53;
        QTest::newRow("usual size") << 512 << 512;
    }

    void anotherDecoderSeesTheSamePixels() {
        QFETCH(int, width);
        QFETCH(int, height);
        const auto rgb = picture(width, height);
        const std::string png =
            encode_png({rgb.data(), width, height}, {{"parameters", "a cat"}, {"fanlight", "قطة 🐈"}});
        int decoded_width = 0;
        int decoded_height = 0;
        QVERIFY(decoded(png, decoded_width, decoded_height) == rgb);
        QCOMPARE(decoded_width, width);
        QCOMPARE(decoded_height, height);
        QVERIFY(is_complete_png(png));
        QCOMPARE(read_png_info(png).width, width);
        QCOMPARE(read_png_info(png).height, height);
    }

    void textsStandBeforeThePixels() {
        const auto rgb = picture(8, 8);
        const std::vector<PngText> texts = {{"parameters", "a cat\nSteps: 1"}, {"fanlight", "{}"}};
        const std::string png = encode_png({rgb.data(), 8, 8}, texts);
        QVERIFY(read_png_texts(png) == texts);
        QVERIFY(png.rfind("tEXt") < png.find("IDAT"));
        QCOMPARE(png.find("tEXt"), png.find("IHDR") + 4 + 13 + 4 + 4);
    }

    void sameInputGivesTheSameBytesInEveryThread() {
        const auto rgb = picture(256, 192);
        const std::string expected = encode_png({rgb.data(), 256, 192}, {{"parameters", "a"}});
        std::vector<std::string> results(8);
        std::vector<std::jthread> threads;
        for (std::string& result : results)
            threads.emplace_back([&] { result = encode_png({rgb.data(), 256, 192}, {{"parameters", "a"}}); });
        threads.clear();
        for (const std::string& result : results) QVERIFY(result == expected);
    }

    void impossibleSizesAreRefused_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("no width") << 0 << 8;
        QTest::newRow("negative height") << 8 << -8;
        QTest::newRow("overflows int") << 40000 << 40000;
        QTest::newRow("overflows int64 of int products") << INT_MAX << INT_MAX;
    }

    void impossibleSizesAreRefused() {
        QFETCH(int, width);
        QFETCH(int, height);
        const uint8_t pixel[3] = {};
        QVERIFY_EXCEPTION_THROWN(encode_png({pixel, width, height}, {}), Error);
    }

    void missingPixelsAreRefused() { QVERIFY_EXCEPTION_THROWN(encode_png({nullptr, 8, 8}, {}), Error); }

    void base64FollowsTheRfc_data() {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<std::string>("text");
        QTest::newRow("empty") << std::string() << std::string();
        QTest::newRow("f") << std::string("f") << std::string("Zg==");
        QTest::newRow("fo") << std::string("fo") << std::string("Zm8=");
        QTest::newRow("foo") << std::string("foo") << std::string("Zm9v");
        QTest::newRow("foobar") << std::string("foobar") << std::string("Zm9vYmFy");
        QTest::newRow("high bytes") << std::string("\xFF\xFE\xFB\x00", 4) << std::string("//77AA==");
    }

    void base64FollowsTheRfc() {
        QFETCH(std::string, bytes);
        QFETCH(std::string, text);
        QCOMPARE(base64(bytes), text);
    }
};

FANLIGHT_TEST(PngWriterTest)
#include "tst_png_writer.moc"
