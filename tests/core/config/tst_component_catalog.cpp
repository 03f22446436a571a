#include "core/config/component_catalog.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/config/user_folders.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// Components in place of a model's own, as users name them.
class TestComponentCatalog : public QObject {
    Q_OBJECT

    const ReplaceableKind& vae_ = *replaceable_kind("StableDiffusionPipeline", vae_kind);
    const ReplaceableKind& encoders_ = *replaceable_kind("StableDiffusionXLPipeline", text_encoder_kind);

    ReplacedComponent found(const std::string& text) const {
        ReplacedComponents all = find_component(vae_, text, places());
        hash_components(all);
        return all.size() == 1 ? all.front() : ReplacedComponent();
    }

    ModelPlaces places() const { return {fs::path(), {comfy_.string()}}; }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", QByteArray::fromStdString(root_.string() + "/data"));
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString(root_.string() + "/cache"));
        qputenv("HF_HOME", QByteArray::fromStdString(root_.string() + "/hub"));
        const std::string file = safetensors_bytes("{}", "");
        write_bytes(vaes_folder() / "own.safetensors", file);
        write_bytes(comfy_ / "models/checkpoints/model.safetensors", file);
        write_bytes(comfy_ / "models/vae/ft-mse.safetensors", file);
        write_bytes(comfy_ / "models/vae/deep/folder/config.json", "{}");
        write_bytes(comfy_ / "models/vae/deep/folder/diffusion_pytorch_model.safetensors", file);
        write_bytes(comfy_ / "models/vae/pickle.pt", "a pickle");
        write_bytes(comfy_ / "models/clip/clip_l.safetensors", file);
        write_bytes(comfy_ / "models/unet/lightning.safetensors", file);
        for (const char* part : {"vae", "text_encoder", "text_encoder_2"}) {
            write_bytes(root_ / "xl" / part / "config.json", part);
            write_bytes(root_ / "xl" / part / "model.safetensors", file);
        }
    }

    void aComponentIsFoundByPathOrByName_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* name, const fs::path& text, const fs::path& file, const char* called) {
            QTest::newRow(name) << QString::fromStdString(text.string()) << QString::fromStdString(file.string())
                                << called;
        };
        const fs::path vae = comfy_ / "models/vae";
        row("path", vae / "ft-mse.safetensors", vae / "ft-mse.safetensors", "ft-mse.safetensors");
        row("name", "ft-mse", vae / "ft-mse.safetensors", "ft-mse.safetensors");
        row("file name", "ft-mse.safetensors", vae / "ft-mse.safetensors", "ft-mse.safetensors");
        row("in our own folder", "own", vaes_folder() / "own.safetensors", "own.safetensors");
        row("folder", vae / "deep/folder/", vae / "deep/folder", "folder");
        row("folder by its name", "folder", vae / "deep/folder", "folder");
        row("of a model's folder", root_ / "xl", root_ / "xl/vae", "xl/vae");
        row("in a model's folder", root_ / "xl/vae", root_ / "xl/vae", "xl/vae");
    }
    void aComponentIsFoundByPathOrByName() {
        QFETCH(QString, text);
        QFETCH(QString, file);
        QFETCH(QString, name);
        const ReplacedComponent component = found(text.toStdString());
        QCOMPARE(QString::fromStdString(component.file), file);
        QCOMPARE(QString::fromStdString(component.name), name);
        QCOMPARE(component.kind, std::string(vae_kind));
        QCOMPARE(component.hash.size(), size_t{64});
    }

    void aModelsFolderHasBothTextEncoders() {
        ReplacedComponents both = find_component(encoders_, (root_ / "xl").string(), places());
        hash_components(both);
        QCOMPARE(both.size(), size_t{2});
        QCOMPARE(both[0].name, std::string("xl/text_encoder"));
        QCOMPARE(both[1].file, (root_ / "xl/text_encoder_2").string());
        QVERIFY(both[0].hash != both[1].hash);
        QCOMPARE(find_component(encoders_, "clip_l", places()).front().name, std::string("clip_l.safetensors"));
    }

    void theHashIsThatOfTheFileOrOfTheFoldersFiles() {
        const fs::path vae = comfy_ / "models/vae";
        QCOMPARE(found("ft-mse").hash, sha256_hex_of_file(vae / "ft-mse.safetensors"));
        const auto line = [&](const char* name) {
            return sha256_hex_of_file(vae / "deep/folder" / name) + "  " + name + "\n";
        };
        QCOMPARE(found("folder").hash, sha256_hex(line("config.json") + line("diffusion_pytorch_model.safetensors")));
    }

    void whatIsNotThereIsRefused() {
        const auto refusal = [&](const std::string& text) {
            try {
                found(text);
            } catch (const UsageError& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        QVERIFY(refusal("nothing").starts_with(
            "There is no VAE \"nothing\": neither a file or folder of this name nor one in "));
        QVERIFY(refusal("pickle.pt")
                    .ends_with(
                        "is neither a .safetensors nor a .gguf file; convert it first, since other formats run code."));
    }

    void thoseToChooseFromAreListed() {
        QCOMPARE(listed_components(vae_kind, places()), (std::vector<std::string>{"own", "deep/folder", "ft-mse"}));
        QCOMPARE(listed_components(text_encoder_kind, places()), std::vector<std::string>{"clip_l"});
        QCOMPARE(listed_components(network_kind, places()), std::vector<std::string>{"lightning"});
    }

    void otherFamiliesTakeNone() {
        QVERIFY(!replaceable_kind("GPT2LMHeadModel", vae_kind));
        QVERIFY(!replaceable_kind("StableDiffusionPipeline", "unet"));
    }

private:
    QTemporaryDir folder_;
    const fs::path root_ = folder_.path().toStdString(), comfy_ = root_ / "comfy";
};

FANLIGHT_TEST(TestComponentCatalog)
#include "tst_component_catalog.moc"
