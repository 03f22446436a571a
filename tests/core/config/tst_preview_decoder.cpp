#include "core/config/preview_decoder.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

/// The tiny autoencoder that a model's previews are made with.
class TestPreviewDecoder : public QObject {
    Q_OBJECT

    PrivateHome home_;
    QTemporaryDir dir_;
    const fs::path data_ = source_path("/tests/golden/data");
    const fs::path sd1_ = data_ / "pipelines/sd1", xl_ = data_ / "pipelines/sdxl";
    std::vector<Sentence> problems_;

    fs::path vaes() const { return dir_.filePath("vae").toStdString(); }
    ModelPlaces places() const {
        ModelPlaces places{fs::path()};
        places.vaes = {vaes()};
        return places;
    }
    std::string found(const fs::path& model) { return preview_decoder(model, places(), problems_); }
    /// A file or a folder of the fixtures under another name.
    void keep(const char* component, const char* name) const {
        fs::copy(data_ / "components" / component, vaes() / name, fs::copy_options::recursive);
    }

private Q_SLOTS:
    void init() {
        fs::remove_all(vaes());
        fs::create_directories(vaes());
        problems_.clear();
    }

    void withoutOneThereIsNone() {
        keep("tiny", "another");
        QCOMPARE(found(sd1_), std::string());
        QVERIFY(problems_.empty());
    }

    void aFolderOrAFileIsFoundByItsName() {
        keep("tiny", "taesd");
        QCOMPARE(found(sd1_), (vaes() / "taesd").string());
        QCOMPARE(found(xl_), std::string());
        fs::remove_all(vaes() / "taesd");
        fs::create_directories(vaes() / "approx");
        keep("tiny_original.safetensors", "approx/taesd_decoder.safetensors");
        QCOMPARE(found(sd1_), (vaes() / "approx/taesd_decoder.safetensors").string());
        keep("tiny", "taesdxl");
        QCOMPARE(found(xl_), (vaes() / "taesdxl").string());
        QVERIFY(problems_.empty());
    }

    void oneThatDoesNotFitIsPassedOverAndSaidOnce() {
        keep("vae", "taesd");
        QCOMPARE(found(sd1_), std::string());
        QCOMPARE(found(sd1_), std::string());
        QCOMPARE(problems_.size(), size_t{1});
        QVERIFY2(problems_[0].text().starts_with("Previews are made without taesd: "), problems_[0].text().c_str());
        QVERIFY(problems_[0].text().ends_with("is a VAE, but no tiny one"));

        fs::remove_all(vaes() / "taesd");
        keep("tiny", "taesd");
        replace_file(
            vaes() / "taesd/config.json",
            R"({"_class_name":"AutoencoderTiny","latent_channels":16,"decoder_block_out_channels":[8,8,8,8]})");
        QCOMPARE(found(sd1_), std::string());
        QCOMPARE(problems_.size(), size_t{2});
        QVERIFY2(problems_[1].text().find("16 latent channels") != std::string::npos, problems_[1].text().c_str());
    }

    void modelsOfTextsHaveNone() {
        keep("tiny", "taesd");
        QCOMPARE(found(data_ / "language_models/gpt2"), std::string());
    }
};

FANLIGHT_TEST(TestPreviewDecoder, QCoreApplication)
#include "tst_preview_decoder.moc"
