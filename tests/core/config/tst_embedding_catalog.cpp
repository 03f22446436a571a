#include "core/config/embedding_catalog.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/config/user_folders.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TestEmbeddingCatalog : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    const fs::path root_ = folder_.path().toStdString(), data_ = source_path("/tests/golden/data");

    ModelCard card(const std::string& model) const {
        return find_model((data_ / "pipelines" / model).string(), ModelPlaces(fs::path()));
    }
    void keep(const fs::path& file) const {
        fs::create_directories((root_ / file).parent_path());
        fs::copy_file(data_ / "embeddings/sd1/toy.safetensors", root_ / file);
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", (folder_.path() + "/data").toUtf8());
        QVERIFY(!embeddings_in(ModelPlaces(fs::path()), card("sd1")));
        keep("data/fanlight/embeddings/own.safetensors");
        keep("a1111/embeddings/style/inner.safetensors");
        keep("a1111/embeddings/own.safetensors");
        write_bytes(root_ / "a1111/embeddings/pickled.pt", "a pickle");
        write_bytes(root_ / "a1111/embeddings/inner.pt", "a pickle");
        write_bytes(root_ / "a1111/embeddings/note.txt", "no embedding");
        keep("comfy/models/embeddings/comfy.safetensors");
        keep("elsewhere/far.safetensors");
        write_bytes(root_ / "extra/extra_model_paths.yaml", "x:\n  embeddings: ../elsewhere\n");
    }

    void theyAreFoundByName() {
        const ModelPlaces places(fs::path(), {root_ / "a1111", root_ / "comfy", root_ / "extra"});
        QCOMPARE(listed_embeddings(places), (std::vector<std::string>{"comfy", "far", "inner", "own"}));
        const NamedEmbedding own = find_embedding("own", places);
        QCOMPARE(own.file, (root_ / "data/fanlight/embeddings/own.safetensors").string());  // the first place's
        QCOMPARE(own.hash, sha256_hex_of_file(own.file));
        QCOMPARE(find_embedding("inner", places).name, std::string("inner"));
        const std::string said = error_of([&] { find_embedding("none", places); });
        QVERIFY2(said.starts_with("There is no embedding \"none\" in "), said.c_str());
    }

    void othersAreRefusedOnlyIfTheyAreCalled() {
        const ModelPlaces places(fs::path(), {root_ / "a1111"});
        const auto embeddings = embeddings_in(places, card("sd1"));
        QCOMPARE(embeddings->names(), (std::vector<std::string>{"inner", "own", "pickled"}));
        QCOMPARE(embeddings->call(1).count, int64_t{1});
        const std::string said = error_of([&] { embeddings->call(2); });
        QVERIFY2(
            said.ends_with("pickled.pt is not a .safetensors file; convert it first, since other formats run code."),
            said.c_str());
        QCOMPARE(embeddings->called(), std::vector<std::string>{"own"});
        const std::string wide = error_of([&] { embeddings_in(places, card("sdxl"))->call(0); });
        QVERIFY2(wide.find("32 numbers") != std::string::npos, wide.c_str());
    }

    void aRunKnowsItsOwnAlone() {
        Recipe recipe;
        QVERIFY(!embeddings_of(recipe, data_ / "pipelines/sd1"));
        recipe.embeddings.push_back({"far", (root_ / "elsewhere/far.safetensors").string(), ""});
        const auto embeddings = embeddings_of(recipe, data_ / "pipelines/sd1");
        QCOMPARE(embeddings->names(), std::vector<std::string>{"far"});
        QCOMPARE(embeddings->call(0).count, int64_t{1});
    }
};

FANLIGHT_TEST(TestEmbeddingCatalog)
#include "tst_embedding_catalog.moc"
