#include "core/config/lora_catalog.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/config/user_folders.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TestLoraCatalog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", folder_.path().toUtf8());
        const auto half = [](const std::vector<int>& shape, int begin, int end) {
            return Json{{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, end}}};
        };
        const Json header = {{"unet.conv_in.lora_A.weight", half({1, 2}, 0, 8)},
                             {"unet.conv_in.lora_B.weight", half({1, 1}, 8, 12)}};
        write_bytes(file_, safetensors_bytes(header.dump(), std::string(12, '\0')));
        write_bytes(loras_folder() / "12:30.safetensors", safetensors_bytes(header.dump(), std::string(12, '\0')));
        write_bytes(loras_folder() / "sketch.bin", "a pickle");
        write_bytes(loras_folder() / "broken.safetensors", "no LoRA");
    }

    void aLoraIsFoundByPathOrByName_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("weight");
        const QString path = QString::fromStdString(file_.string());
        QTest::newRow("path") << path << "sketch" << 1.0;
        QTest::newRow("path and weight") << path + ":0.8"
                                         << "sketch" << 0.8;
        QTest::newRow("name") << "sketch"
                              << "sketch" << 1.0;
        QTest::newRow("file name and weight") << "sketch.safetensors:-1.5"
                                              << "sketch" << -1.5;
        QTest::newRow("a colon in the name") << "12:30:2"
                                             << "12:30" << 2.0;
    }

    void aLoraIsFoundByPathOrByName() {
        QFETCH(QString, text);
        QFETCH(QString, name);
        QFETCH(double, weight);
        const Lora lora = find_lora(text.toStdString(), std::filesystem::path());
        QCOMPARE(QString::fromStdString(lora.name), name);
        QCOMPARE(lora.weight, weight);
        QCOMPARE(lora.hash, sha256_hex_of_file(lora.file));
        QCOMPARE(lora.data_hash, sha256_hex(std::string(12, '\0')));
        QVERIFY(fs::path(lora.file).is_absolute());
    }

    void whatCannotBeIsRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("unknown") << "nowhere"
                                 << "There is no LoRA \"nowhere\"";
        QTest::newRow("empty") << ""
                               << "There is no LoRA";
        QTest::newRow("no number") << "sketch:much"
                                   << "the weight must be a number from -100 to 100";
        QTest::newRow("no weight") << "sketch:"
                                   << "the weight must be a number";
        QTest::newRow("not finite") << "sketch:nan"
                                    << "the weight must be a number";
        QTest::newRow("too much") << "sketch:1e9"
                                  << "the weight must be a number";
        QTest::newRow("pickle") << "sketch.bin"
                                << "is not a .safetensors file";
        QTest::newRow("broken") << "broken"
                                << "broken.safetensors";
    }

    void whatCannotBeIsRefused() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const QString said =
            QString::fromStdString(error_of([&] { find_lora(text.toStdString(), std::filesystem::path()); }));
        QVERIFY2(said.contains(expected), said.toUtf8().constData());
    }

private:
    QTemporaryDir folder_;
    const fs::path file_ = fs::path(folder_.path().toStdString()) / "fanlight/loras/sketch.safetensors";
};

FANLIGHT_TEST(TestLoraCatalog)
#include "tst_lora_catalog.moc"
