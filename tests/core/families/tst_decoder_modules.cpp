#include <QTest>

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
};

FANLIGHT_TEST(TestDecoderModules)
#include "tst_decoder_modules.moc"
