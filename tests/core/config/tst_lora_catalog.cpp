#include "core/config/lora_catalog.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/config/user_folders.h"
#include "core/families/families.h"
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
        QTest::newRow("a colon in the name") << "12:30:1:2"
                                             << "12:30" << 2.0;
    }

    void aLoraIsFoundByPathOrByName() {
        QFETCH(QString, text);
        QFETCH(QString, name);
        QFETCH(double, weight);
        const Lora lora = find_lora(lora_option(text.toStdString()), std::filesystem::path());
        QCOMPARE(QString::fromStdString(lora.name), name);
        QCOMPARE(lora.weight, weight);
        QCOMPARE(lora.hash, sha256_hex_of_file(lora.file));
        QCOMPARE(lora.data_hash, sha256_hex(std::string(12, '\0')));
        QVERIFY(fs::path(lora.file).is_absolute());
    }

    void partsOfModelsAreNoLoras() {
        const fs::path unet = loras_folder() / "a model" / "unet", peft = loras_folder() / "peft";
        for (const fs::path& folder : {unet, peft}) fs::create_directories(folder);
        for (const char* name : {"diffusion_pytorch_model.fp16.safetensors", "model.safetensors"})
            write_bytes(unet / name, "weights");
        write_bytes(unet / "ink.safetensors", "weights");
        write_bytes(unet / "config.json", "{}");
        write_bytes(peft / "model_of_mine.safetensors", "weights");
        std::vector<std::string> names;
        for (const PlacedFile& kept : kept_loras(fs::path())) names.push_back(kept.name);
        QCOMPARE(names,
                 (std::vector<std::string>{"12:30", "a model/unet/ink", "broken", "peft/model_of_mine", "sketch"}));
        fs::remove_all(loras_folder() / "a model");
        fs::remove_all(peft);
    }

    /// PEFT's config beside a file says how much that counts, but only if PEFT has saved the file, too.
    void theHashIsOfAllThatCounts() {
        const auto halves = [](const std::string& module) {
            const auto half = [](const std::vector<int>& shape, int begin, int end) {
                return Json{{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, end}}};
            };
            const Json header = {{module + ".lora_A.weight", half({1, 2}, 0, 8)},
                                 {module + ".lora_B.weight", half({1, 1}, 8, 12)}};
            return safetensors_bytes(header.dump(), std::string(12, '\0'));
        };
        const fs::path folder = folder_.filePath("peft").toStdString(), config = folder / "adapter_config.json";
        fs::create_directories(folder);
        write_bytes(folder / "adapter_model.safetensors", halves("base_model.model.conv_in"));
        write_bytes(folder / "other.safetensors", halves("unet.conv_in"));
        write_bytes(config, R"({"r": 1, "lora_alpha": 2})");
        const auto hash_of = [&](const char* name) {
            return find_lora({.name = (folder / name).string()}, std::filesystem::path()).hash;
        };
        const std::string before = hash_of("adapter_model.safetensors"), other = hash_of("other.safetensors");
        QCOMPARE(other, sha256_hex_of_file(folder / "other.safetensors"));
        QVERIFY(before != sha256_hex_of_file(folder / "adapter_model.safetensors"));
        write_bytes(config, R"({"r": 1, "lora_alpha": 3})");
        QVERIFY(hash_of("adapter_model.safetensors") != before);
        QCOMPARE(hash_of("other.safetensors"), other);
        QCOMPARE(cached_lora_hash(config), sha256_hex_of_file(config));  // whatever it is
    }

    void aFolderStandsForTheFileThatWasSavedInIt() {
        for (const char* name : {"pytorch_lora_weights.safetensors", "adapter_model.safetensors"}) {
            const fs::path folder = folder_.filePath("saved").toStdString();
            fs::create_directories(folder);
            fs::copy_file(file_, folder / name);
            QCOMPARE(find_lora(lora_option(folder.string()), std::filesystem::path()).file, (folder / name).string());
            fs::remove_all(folder);
        }
    }

    void aLoraForAnotherFamilyIsRefused() {
        const Family *own = family_of_class("StableDiffusionPipeline"), *toy = family_of_class("GPT2LMHeadModel");
        QVERIFY(own && toy);
        QCOMPARE(find_lora({.name = "sketch"}, std::filesystem::path(), own).name, "sketch");
        const QString said =
            QString::fromStdString(error_of([&] { find_lora({.name = "sketch"}, std::filesystem::path(), toy); }));
        QVERIFY2(said.contains("is a LoRA for Stable Diffusion 1 or 2 or Stable Diffusion XL"), qPrintable(said));
    }

    void whatCannotBeIsRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("unknown") << "nowhere"
                                 << "There is no LoRA \"nowhere\"";
        QTest::newRow("empty") << ""
                               << "a LoRA must have a name";
        QTest::newRow("no number") << "sketch:much"
                                   << "the weight of a LoRA must be a number from -100 to 100";
        QTest::newRow("no weight") << "sketch:"
                                   << "the weight of a LoRA must be a number";
        QTest::newRow("not finite") << "sketch:nan"
                                    << "the weight of a LoRA must be a number";
        QTest::newRow("too much") << "sketch:1e9"
                                  << "the weight of a LoRA must be a number";
        QTest::newRow("pickle") << "sketch.bin"
                                << "is not a .safetensors file";
        QTest::newRow("broken") << "broken"
                                << "broken.safetensors";
    }

    void whatCannotBeIsRefused() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const QString said = QString::fromStdString(
            error_of([&] { find_lora(lora_option(text.toStdString()), std::filesystem::path()); }));
        QVERIFY2(said.contains(expected), said.toUtf8().constData());
    }

private:
    QTemporaryDir folder_;
    const fs::path file_ = fs::path(folder_.path().toStdString()) / "fanlight/loras/sketch.safetensors";
};

FANLIGHT_TEST(TestLoraCatalog)
#include "tst_lora_catalog.moc"
