#include <libdeflate.h>

#include <QtTest>

#include "core/base/error.h"
#include "core/images/png_chunks.h"
#include "core/images/png_text.h"
#include "core/images/png_writer.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::string deflated(const std::string& text) {
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
    std::string out(libdeflate_zlib_compress_bound(compressor, text.size()), '\0');
    out.resize(libdeflate_zlib_compress(compressor, text.data(), text.size(), out.data(), out.size()));
    libdeflate_free_compressor(compressor);
    return out;
}

std::string nul(int count = 1) { return std::string(static_cast<size_t>(count), '\0'); }

/// The keyword "k" and the NULs that follow it.
std::string key(int nuls = 1) { return std::string("k").append(static_cast<size_t>(nuls), '\0'); }

std::string small_png(const std::vector<PngText>& texts = {}) {
    const std::vector<uint8_t> rgb(4 * 4 * 3, 128);
    return encode_png({rgb.data(), 4, 4}, texts);
}

/// A PNG with these chunks between header and pixels.
std::string png_with(const std::string& chunks) {
    std::string png = small_png();
    return png.insert(8 + 12 + 13, chunks);
}

std::string first_text(const std::string& png) {
    const auto texts = read_png_texts(png);
    return texts.empty() ? "none" : texts.front().text;
}

}  // namespace

class PngTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chunkKindFollowsTheText_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("type");
        QTest::addColumn<std::string>("data");
        const std::string international = "parameters" + nul(5);
        QTest::newRow("ASCII") << std::string("cat") << std::string("tEXt") << "parameters" + nul() + "cat";
        QTest::newRow("Latin-1") << std::string("café") << std::string("tEXt") << "parameters" + nul() + "caf\xE9";
        QTest::newRow("dash") << std::string("a — b") << std::string("iTXt") << international + "a — b";
        QTest::newRow("Arabic") << std::string("قطة سوداء") << std::string("iTXt") << international + "قطة سوداء";
        QTest::newRow("emoji") << std::string("🐈") << std::string("iTXt") << international + "🐈";
        QTest::newRow("Latin-1 that reads as UTF-8")
            << std::string("Ã©") << std::string("iTXt") << international + "Ã©";
        QTest::newRow("NUL") << std::string("a\0b", 3) << std::string("tEXt") << "parameters" + nul() + "ab";
        QTest::newRow("no UTF-8") << std::string("a\xFF") << std::string("iTXt") << international + "a\uFFFD";
        QTest::newRow("empty") << std::string() << std::string("tEXt") << "parameters" + nul();
    }

    void chunkKindFollowsTheText() {
        QFETCH(std::string, text);
        QFETCH(std::string, type);
        QFETCH(std::string, data);
        QCOMPARE(png_text_chunk({"parameters", text}), png_chunk(type, data));
    }

    void chunkBytesAreThoseOfTheSpecification() {
        QCOMPARE(png_chunk("IEND", ""), std::string("\0\0\0\0IEND\xAE\x42\x60\x82", 12));
    }

    void textsRoundTrip_data() {
        QTest::addColumn<std::string>("text");
        for (const char* text : {"", "a cat", "café", "naïve Ã© Â", "ÿ", "a — b", "قطة سوداء",
                                 "🐈‍⬛ and 👩‍🚀", "line\nline", "\u0080\u00A0", "ÃÂ£", "日本語"})
            QTest::newRow(*text ? text : "empty") << std::string(text);
    }

    void textsRoundTrip() {
        QFETCH(std::string, text);
        QCOMPARE(first_text(small_png({{"parameters", text}})), text);
    }

    void allKindsAreRead_data() {
        QTest::addColumn<std::string>("chunks");
        QTest::addColumn<std::string>("text");
        const auto row = [](const char* name, const std::string& chunks, const std::string& text) {
            QTest::newRow(name) << chunks << text;
        };
        row("tEXt in Latin-1", png_chunk("tEXt", key() + "caf\xE9"), "café");
        row("tEXt in UTF-8", png_chunk("tEXt", key() + "قطة"), "قطة");
        row("zTXt", png_chunk("zTXt", key(2) + deflated("caf\xE9")), "café");
        row("zTXt, unknown method", png_chunk("zTXt", key() + "\1" + deflated("x")), "none");
        row("zTXt, no zlib", png_chunk("zTXt", key(2) + "rubbish"), "none");
        row("iTXt", png_chunk("iTXt", key(3) + "en" + nul() + "mot" + nul() + "قطة"), "قطة");
        row("iTXt, deflated", png_chunk("iTXt", key() + "\1" + nul(3) + deflated("قطة 🐈")), "قطة 🐈");
        row("iTXt, unknown flag", png_chunk("iTXt", key() + "\2" + nul(3) + "x"), "none");
        row("iTXt, cut short", png_chunk("iTXt", key(2)), "none");
        row("iTXt, no end of language", png_chunk("iTXt", key(3) + "en"), "none");
        row("no keyword", png_chunk("tEXt", nul() + "x"), "none");
        row("keyword too long", png_chunk("tEXt", std::string(80, 'k') + nul() + "x"), "none");
        row("no end of keyword", png_chunk("tEXt", "k"), "none");
        row("long deflated text", png_chunk("zTXt", key(2) + deflated(std::string(1 << 20, 'x'))),
            std::string(1 << 20, 'x'));
        row("inflates beyond the cap", png_chunk("zTXt", key(2) + deflated(std::string(9 << 20, 'x'))), "none");
        row("broken, then a good one", png_chunk("tEXt", "k") + png_chunk("tEXt", key() + "good"), "good");
    }

    void allKindsAreRead() {
        QFETCH(std::string, chunks);
        QFETCH(std::string, text);
        QCOMPARE(first_text(png_with(chunks)), text);
    }

    void wrongCrcHidesAText() {
        std::string png = small_png({{"parameters", "a cat"}});
        png[png.find("a cat")] = 'b';
        QVERIFY(read_png_texts(png).empty());
        QVERIFY(!is_complete_png(png));
    }

    void textsBehindThePixelsCount() {
        std::string png = small_png();
        png.insert(png.size() - 12, png_text_chunk({"parameters", "late"}));
        QCOMPARE(first_text(png), std::string("late"));
        QVERIFY(is_complete_png(png));
    }

    void numberOfTextsIsCapped() {
        std::string chunks;
        for (int i = 0; i < 1000; ++i) chunks += png_text_chunk({"k", std::to_string(i)});
        QCOMPARE(read_png_texts(png_with(chunks)).size(), size_t{256});
    }

    void sumOfTextsIsCapped() {
        const std::string eight_mebibytes = deflated(std::string(8 << 20, 'x'));
        std::string chunks;
        for (int i = 0; i < 6; ++i) chunks += png_chunk("zTXt", key(2) + eight_mebibytes);
        QCOMPARE(read_png_texts(png_with(chunks)).size(), size_t{4});
    }

    void unusableTextsAreRefused() {
        QVERIFY_EXCEPTION_THROWN(png_text_chunk({"", "x"}), Error);
        QVERIFY_EXCEPTION_THROWN(png_text_chunk({std::string(80, 'k'), "x"}), Error);
        QVERIFY_EXCEPTION_THROWN(png_text_chunk({key(), "x"}), Error);
        QVERIFY_EXCEPTION_THROWN(png_text_chunk({"k", std::string(9 << 20, 'x')}), Error);
    }

    void onlyWholeFilesAreComplete() {
        const std::string png = small_png({{"parameters", "a cat"}, {"fanlight", "قطة"}});
        QVERIFY(is_complete_png(png));
        QVERIFY(!is_complete_png(png + "x"));
        QVERIFY(!is_complete_png(""));
        QVERIFY(!is_complete_png(std::string(png_signature) + png_chunk("IEND", "")));
        for (size_t length = 0; length < png.size(); ++length) QVERIFY(!is_complete_png(png.substr(0, length)));
    }

    void everyFlippedBitIsNoticed() {
        const std::string png = small_png({{"parameters", "a cat"}, {"fanlight", "قطة"}});
        for (size_t bit = 0; bit < png.size() * 8; ++bit) {
            std::string damaged = png;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
            QVERIFY(!is_complete_png(damaged));
        }
    }

    void hostileBytesNeverCrash() {
        const std::string png = png_with(png_chunk("zTXt", key(2) + deflated("a cat")) +
                                         png_chunk("iTXt", key() + "\1" + nul(3) + deflated("قطة")));
        uint32_t random = 7;
        const auto next = [&](size_t below) { return (random = random * 1664525u + 1013904223u) / 65536 % below; };
        for (int round = 0; round < 20000; ++round) {
            std::string damaged = png;
            for (size_t i = next(4) + 1; i > 0; --i)
                damaged[8 + next(damaged.size() - 8)] = static_cast<char>(next(256));
            damaged.resize(8 + next(damaged.size() - 7));
            // Random damage rarely leaves a valid CRC: chunks rebuilt around damaged data reach the parsers behind that
            // check.
            const size_t start = next(damaged.size());
            const std::string data = damaged.substr(start, next(200));
            damaged += png_chunk(std::string(&"tEXtzTXtiTXt"[next(3) * 4], 4), key() + data);
            QVERIFY(read_png_texts(damaged).size() <= 4);
            QVERIFY(!is_complete_png(damaged));
        }
    }

    void otherFilesAreNoPng() {
        QVERIFY_EXCEPTION_THROWN(read_png_texts("GIF89a"), Error);
        QVERIFY_EXCEPTION_THROWN(read_png_info("\x89PNG"), Error);
        QVERIFY_EXCEPTION_THROWN(read_png_info(std::string(png_signature) + png_chunk("IHDR", "short")), Error);
        QVERIFY_EXCEPTION_THROWN(read_png_info(std::string(png_signature) + png_chunk("IHDR", nul(13))), Error);
    }

    void filesAreReadByName() {
        const QTemporaryDir folder;
        const std::string file = folder.filePath("a.png").toStdString();
        QFile out(folder.filePath("a.png"));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(QByteArray::fromStdString(small_png({{"parameters", "a cat"}})));
        out.close();
        QCOMPARE(read_png_texts_of_file(file).front().text, std::string("a cat"));
        QVERIFY_EXCEPTION_THROWN(read_png_texts_of_file(file + ".missing"), Error);
        QVERIFY_EXCEPTION_THROWN(read_png_texts_of_file(source_path("/CMakeLists.txt")), Error);
    }
};

FANLIGHT_TEST(PngTextTest)
#include "tst_png_text.moc"
