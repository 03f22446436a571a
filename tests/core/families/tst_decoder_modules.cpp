#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/families/families.h"
#include "tests/core/families/reference_modules.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

// Language models against transformers 5.23 and Accelerate 1.15.0 (tests/golden/decoder_device_map.py).
namespace {

const Json& cases() {
    static const Json cases = read_json_file(source_path("/tests/golden/data/devices/decoder_device_map.json"));
    return cases;
}

ModelDescription described(const Json& expected, const DescribedShape& shape) {
    return describe_model(source_path("/tests/golden/data/" + expected["name"].get<std::string>()), shape);
}

/// The same model with another vocabulary, as far as a description reads it.
void copy_with_vocabulary(const QString& model, const QTemporaryDir& folder, int64_t vocabulary) {
    const QDir from(source_path("/tests/golden/data/language_models/") + model);
    for (const QString& name : from.entryList(QDir::Files)) QFile::copy(from.filePath(name), folder.filePath(name));
    Json config = read_json_file(from.filePath("config.json").toStdString());
    config["vocab_size"] = vocabulary;
    replace_file(folder.filePath("config.json").toStdString(), to_line(config));
}

}  // namespace

class TestDecoderModules : public QObject {
    Q_OBJECT

    static void add_cases() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(cases().size()); ++i)
            QTest::newRow(cases()[i]["name"].get<std::string>().c_str()) << i;
    }

private Q_SLOTS:
    void theModulesAreThoseOfTransformers_data() { add_cases(); }
    void theModulesAreThoseOfTransformers() {
        QFETCH(int, index);
        const ModuleTree tree = described(cases()[index], {}).network;
        QCOMPARE(difference(tree.root, cases()[index]["modules"], ""), std::string());
        QCOMPARE(tree.no_split_modules, cases()[index]["no_split_modules"].get<std::vector<std::string>>());
    }

    void everyParameterLiesWhereAcceleratePutsIt_data() { add_cases(); }
    void everyParameterLiesWhereAcceleratePutsIt() {
        QFETCH(int, index);
        compare_maps(described(cases()[index], {}).network, cases()[index]["maps"]);
    }

    /// Longer texts and more rows take more memory and time, other dtypes half of it.
    void costsGrowWithRowsAndTokens_data() { add_cases(); }
    void costsGrowWithRowsAndTokens() {
        QFETCH(int, index);
        const auto one = described(cases()[index], {.tokens = 64}), two = described(cases()[index], {.tokens = 128}),
                   rows = described(cases()[index], {.tokens = 64, .batch_size = 4}),
                   half = described(cases()[index], {.dtype = "bfloat16", .tokens = 64});
        const bool caches = cases()[index]["name"].get<std::string>().starts_with("language_models/");
        QVERIFY(one.layers.size() >= 5);
        const size_t block = caches ? one.layers.size() - 3 : 2;
        QVERIFY(one.network_bytes() == two.network_bytes() && one.network_bytes() == rows.network_bytes());
        QVERIFY(one.working_bytes() <= two.working_bytes());
        QCOMPARE(one.layers[block].kept_bytes > 0, caches);
        if (caches) QCOMPARE(rows.layers[block].kept_bytes, 4 * one.layers[block].kept_bytes);
        QCOMPARE(2 * half.layers[block].bytes, one.layers[block].bytes);
        QCOMPARE(rows.layers[block].flops, 4 * one.layers[block].flops);
        QVERIFY(two.layers[block].flops > one.layers[block].flops);
    }

    /// They are read alone, and a large vocabulary's log-probabilities are computed for few tokens at a time.
    void scoresTakeTheMemoryOfOneText_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("bytes");       // of a logit and what becomes of it
        QTest::addColumn<int>("half_bytes");  // the same in bfloat16
        QTest::newRow("gpt2") << "gpt2" << 8 << 10;
        QTest::newRow("capped logits") << "gemma2" << 16 << 10;
    }
    void scoresTakeTheMemoryOfOneText() {
        QFETCH(QString, model);
        QFETCH(int, bytes);
        QFETCH(int, half_bytes);
        constexpr int64_t vocabulary = 100'000;
        const QTemporaryDir folder;
        copy_with_vocabulary(model, folder, vocabulary);
        const auto described = [&](const DescribedShape& shape) {
            return describe_model(folder.path().toStdString(), shape);
        };
        const auto head = [](const ModelDescription& model) { return model.layers.back(); };
        const auto is_about = [](int64_t found, int64_t expected) {
            return found >= expected && found < expected + expected / 50;
        };
        const auto scores = described({.tokens = 100, .batch_size = 8, .scored = true}),
                   texts = described({.tokens = 100, .batch_size = 8}), one = described({.tokens = 100});
        QVERIFY(is_about(head(scores).working_bytes, 64 * vocabulary * bytes));
        QVERIFY(scores.working_bytes() >= head(scores).working_bytes);
        QVERIFY(is_about(head(described({.dtype = "bfloat16", .tokens = 100, .scored = true})).working_bytes,
                         64 * vocabulary * half_bytes));
        QVERIFY(is_about(head(described({.tokens = 10, .scored = true})).working_bytes, 10 * vocabulary * bytes));
        QCOMPARE(described({.tokens = 100, .scored = true}).working_bytes(), scores.working_bytes());
        for (size_t i = 0; i < scores.layers.size(); ++i) {
            QCOMPARE(scores.layers[i].kept_bytes, one.layers[i].kept_bytes);
            QCOMPARE(scores.layers[i].flops, texts.layers[i].flops);
        }
    }
};

FANLIGHT_TEST(TestDecoderModules)
#include "tst_decoder_modules.moc"
