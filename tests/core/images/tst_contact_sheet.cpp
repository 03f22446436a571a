#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/images/contact_sheet.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Image filled(int width, int height, uint8_t red, uint8_t green, uint8_t blue) {
    Image image{{}, width, height};
    for (int i = 0; i < width * height; ++i) image.rgb.insert(image.rgb.end(), {red, green, blue});
    return image;
}

std::vector<int> pixel(const Image& image, int x, int y) {
    const uint8_t* p = &image.rgb[size_t{3} * (static_cast<size_t>(y) * image.width + x)];
    return {p[0], p[1], p[2]};
}

template <typename Call>
QString refusal(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was refused";
}

}  // namespace

class TestContactSheet : public QObject {
    Q_OBJECT

    SheetImage saved(const Image& image, int64_t number) {
        const std::filesystem::path file = folder_.filePath(QString("%1.png").arg(number)).toStdString();
        FileReplacement whole(file);
        whole.write(encode_png(image.view(), {}));
        whole.commit();
        return {file, number};
    }

private Q_SLOTS:
    void aPictureComesBackFromItsPng() {
        Image image = filled(7, 5, 1, 2, 3);
        image.rgb[3] = 250;
        const Image back = read_png(saved(image, 90).file);
        QCOMPARE(back.width, 7);
        QCOMPARE(back.height, 5);
        QCOMPARE(back.rgb, image.rgb);
    }

    void imagesStandInTheirOrderScaledAndInTheMiddle() {
        const Image sheet =
            draw_contact_sheet({saved(filled(128, 128, 255, 0, 0), 0), saved(filled(128, 64, 0, 255, 0), 1),
                                saved(filled(16, 16, 0, 0, 255), 2)},
                               {.cell = 64});
        QCOMPARE(sheet.width, 2 * 72 + 8);   // two cells and the gaps
        QCOMPARE(sheet.height, 2 * 90 + 8);  // with a caption below each
        QCOMPARE(pixel(sheet, 8, 8), std::vector({255, 0, 0}));
        QCOMPARE(pixel(sheet, 71, 71), std::vector({255, 0, 0}));
        QCOMPARE(pixel(sheet, 80 + 32, 8), std::vector({24, 24, 24}));  // above the flat one
        QCOMPARE(pixel(sheet, 80 + 32, 8 + 32), std::vector({0, 255, 0}));
        QCOMPARE(pixel(sheet, 8 + 32, 98 + 32), std::vector({0, 0, 255}));
        QCOMPARE(pixel(sheet, 8 + 10, 98 + 32), std::vector({24, 24, 24}));  // beside the small one
    }

    void theNumberStandsBelow() {
        const Image one = draw_contact_sheet({saved(filled(64, 64, 0, 0, 0), 1)}, {.cell = 64});
        const Image eight = draw_contact_sheet({saved(filled(64, 64, 0, 0, 0), 8)}, {.cell = 64});
        const auto inked = [](const Image& sheet) {
            int count = 0;
            for (int y = 72; y < sheet.height; ++y)
                for (int x = 0; x < sheet.width; ++x) count += pixel(sheet, x, y)[0] == 200 ? 1 : 0;
            return count;
        };
        QCOMPARE(inked(one), 8 * 4);  // dots of two by two pixels
        QCOMPARE(inked(eight), 13 * 4);
    }

    void manyImagesMakeSmallerCellsAndTooManyAreRefused() {
        const SheetImage image = saved(filled(64, 64, 9, 9, 9), 3);
        const Image sheet = draw_contact_sheet(std::vector<SheetImage>(300, image), {.cell = 256, .columns = 300});
        QVERIFY(sheet.width <= 16'384);
        QVERIFY(refusal([&] {
                    draw_contact_sheet(std::vector<SheetImage>(200'000, image));
                }).contains("no room for 200000 images"));
        QVERIFY(refusal([&] { draw_contact_sheet({}); }).contains("There are no images"));
    }

    void brokenFilesAreNamed_data() {
        QTest::addColumn<QByteArray>("content");
        const Image image = filled(32, 32, 7, 7, 7);
        const QByteArray png = QByteArray::fromStdString(encode_png(image.view(), {}));
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("no picture");
        QTest::newRow("cut off") << png.left(png.size() / 2);
        QByteArray huge = png;
        huge.replace(16, 8, QByteArray::fromHex("0000ffff0000ffff"));
        QTest::newRow("more pixels than are read") << huge;
    }

    void brokenFilesAreNamed() {
        QFETCH(QByteArray, content);
        const std::filesystem::path file = folder_.filePath("broken.png").toStdString();
        FileReplacement whole(file);
        whole.write(content.toStdString());
        whole.commit();
        const QString said = refusal([&] { draw_contact_sheet({{file, 0}}); });
        QVERIFY2(said.contains("broken.png"), qPrintable(said));
    }

    void givingUpLeavesNothing() {
        const std::filesystem::path file = folder_.filePath("sheet.png").toStdString();
        QVERIFY(!write_contact_sheet(file, {saved(filled(8, 8, 0, 0, 0), 5)}, {}, [](double) { return false; }));
        QVERIFY(!std::filesystem::exists(file));
        QVERIFY(write_contact_sheet(file, {saved(filled(8, 8, 0, 0, 0), 5)}));
        QVERIFY(std::filesystem::exists(file));
    }

    void aMissingFileIsLeftOut() {
        const std::filesystem::path file = folder_.filePath("sheet.png").toStdString(), gone = "/there/is/none.png";
        const SheetImage image = saved(filled(8, 8, 0, 0, 0), 5);
        QCOMPARE(*write_contact_sheet(file, {image, {gone, 6}}), std::vector{gone});
        QCOMPARE(read_png(file).width, 256 + 2 * 8);
        QVERIFY(refusal([&] { write_contact_sheet(file, {{gone, 6}}); }).contains("There are no images"));
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TestContactSheet)
#include "tst_contact_sheet.moc"
