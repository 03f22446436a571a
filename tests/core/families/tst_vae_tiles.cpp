#include "core/families/parts/vae_tiles.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/families/families.h"
#include "tests/support/places.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data = source_path("/tests/golden/data");

/// Of the decoder of Stable Diffusion 1, for which a tile is 64 x 64.
Json usual_config() {
    return {{"block_out_channels", {128, 256, 512, 512}},
            {"up_block_types", std::vector<std::string>(4, "UpDecoderBlock2D")},
            {"sample_size", 512}};
}

}  // namespace

class TestVaeTiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tilesAreOfTheSizeThatTheDecoderWasTrainedFor() {
        const VaeTiles tiles(usual_config());
        QCOMPARE(tiles.side, int64_t{64});
        QCOMPARE(tiles.factor, int64_t{8});
        QCOMPARE(tiles.overlap(), int64_t{16});
        QVERIFY(!tiles.cut(64, 64) && tiles.cut(65, 8) && tiles.cut(8, 65));
        // From 0, 48 and 96 on: 64, 52 and 4 pixels.
        QCOMPARE(tiles.pixels_of_all(100, 20), int64_t{(64 + 52 + 4) * 20});
        Json config = usual_config();
        config.erase("sample_size");
        QCOMPARE(VaeTiles(config).side, int64_t{4});  // as in diffusers
    }

    void whatCannotBeCutIsRefused_data() {
        QTest::addColumn<QString>("size");
        QTest::addColumn<QString>("message");
        QTest::newRow("no quarters") << "520"
                                     << "\"sample_size\" is 520, and tiles need a multiple of 32";
        QTest::newRow("smaller than a pixel") << "4"
                                              << "\"sample_size\" is 4, and tiles need a multiple of 32";
        QTest::newRow("zero") << "0"
                              << "\"sample_size\" must be from 1 to 1048576, not 0";
        QTest::newRow("too large") << "4194304"
                                   << "must be from 1 to 1048576";
        QTest::newRow("two numbers") << "[512, 512]"
                                     << "\"sample_size\" must be a whole number of at most 64 bits, not [512,512]";
    }
    void whatCannotBeCutIsRefused() {
        QFETCH(QString, size);
        QFETCH(QString, message);
        Json config = usual_config();
        config["sample_size"] = parse_json(size.toStdString(), "size");
        const QString said = QString::fromStdString(error_of([&] { VaeTiles{config}; }));
        QVERIFY2(said.startsWith("vae/config.json: ") && said.contains(message), qPrintable(said));
    }

    void aTinyDecoderMakesNoTiles() {
        const QString said =
            QString::fromStdString(error_of([&] { VaeTiles{read_json_file(data / "components/tiny/config.json")}; }));
        QVERIFY2(said.contains("an AutoencoderTiny needs little memory and makes no tiles"), qPrintable(said));
    }

    void aTiledDecoderTakesTheMemoryOfATile() {
        const auto decoder = [](int width, int height, bool tiling) {
            return describe_model(source_path("/resources/starter/model"),
                                  {.width = width, .height = height, .vae_tiling = tiling})
                .decoder;
        };
        QVERIFY(decoder(128, 128, true) == decoder(128, 128, false));
        const PartDescription tile = decoder(128, 128, false), whole = decoder(1024, 1024, false),
                              tiled = decoder(1024, 1024, true), taller = decoder(1024, 4096, true);
        QCOMPARE(tiled.bytes, whole.bytes);
        QVERIFY(tiled.flops > whole.flops && tiled.flops < 2 * whole.flops);
        QVERIFY(tiled.working_bytes > tile.working_bytes && tiled.working_bytes < whole.working_bytes / 4);
        QCOMPARE(taller.working_bytes - tiled.working_bytes, int64_t{2} * 3 * 1024 * 3072);  // the picture's bytes
    }

    void singleFilesHaveTheTilesOfTheirFamily_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("sample_size");
        QTest::newRow("1") << "sd1" << 512;
        QTest::newRow("XL") << "sdxl" << 1024;
    }
    void singleFilesHaveTheTilesOfTheirFamily() {
        QFETCH(QString, name);
        QFETCH(int, sample_size);
        const fs::path file = fs::path(folder_.path().toStdString()) / (name.toStdString() + ".safetensors");
        write_single_file(name.toStdString(), file);
        QCOMPARE(open_model_files(file).files.config("vae").at("sample_size").get<int>(), sample_size);
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TestVaeTiles)
#include "tst_vae_tiles.moc"
