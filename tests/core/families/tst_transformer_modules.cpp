#include <QTest>

#include "core/base/file.h"
#include "core/families/families.h"
#include "tests/core/families/reference_modules.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

// Picture models whose networks are transformers against diffusers 0.42.1 and Accelerate 1.15.0
// (tests/golden/transformer_device_map.py).
namespace {

const Json& cases() {
    static const Json cases = read_json_file(source_path("/tests/golden/data/devices/transformer_device_map.json"));
    return cases;
}

ModelDescription described(const Json& expected, const DescribedShape& shape = {.width = 32, .height = 32}) {
    return describe_model(source_path("/tests/golden/data/pipelines/" + expected["name"].get<std::string>()), shape);
}

}  // namespace

class TestTransformerModules : public QObject {
    Q_OBJECT

    static void add_cases() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(cases().size()); ++i)
            QTest::newRow(cases()[i]["name"].get<std::string>().c_str()) << i;
    }

private Q_SLOTS:
    void theModulesAreThoseOfDiffusers_data() { add_cases(); }
    void theModulesAreThoseOfDiffusers() {
        QFETCH(int, index);
        const ModuleTree tree = described(cases()[index]).network;
        QCOMPARE(difference(tree.root, cases()[index]["modules"], ""), std::string());
        QCOMPARE(tree.no_split_modules, cases()[index]["no_split_modules"].get<std::vector<std::string>>());
    }

    void everyParameterLiesWhereAcceleratePutsIt_data() { add_cases(); }
    void everyParameterLiesWhereAcceleratePutsIt() {
        QFETCH(int, index);
        compare_maps(described(cases()[index]).network, cases()[index]["maps"]);
    }

    void everyWeightBelongsToALayer_data() { add_cases(); }
    void everyWeightBelongsToALayer() {
        QFETCH(int, index);
        const ModelDescription description = described(cases()[index]);
        double bytes = 0;
        for (const LayerDescription& layer : description.layers) bytes += static_cast<double>(layer.bytes);
        double apart = 0;  // what fills up captions and pictures
        for (const TensorSpec& parameter : description.network.root.parameters)
            apart += 4.0 * static_cast<double>(parameter.shape[0] * parameter.shape[1]);
        QCOMPARE(bytes + apart, compute_module_sizes(description.network).of(""));
    }

    void workGrowsWithThePicture_data() { add_cases(); }
    void workGrowsWithThePicture() {
        QFETCH(int, index);
        const auto flops = [&](const DescribedShape& shape) {
            double sum = 0;
            for (const LayerDescription& layer : described(cases()[index], shape).layers) sum += layer.flops;
            return sum;
        };
        const double small = flops({.width = 256, .height = 256}), large = flops({.width = 512, .height = 512});
        QVERIFY(large > 2 * small);
        QVERIFY(flops({.width = 256, .height = 256, .batch_size = 3}) == 3 * small);
        QVERIFY_THROWS_EXCEPTION(Error, described(cases()[index], {.width = 34, .height = 33}));
    }
};

FANLIGHT_TEST(TestTransformerModules)
#include "tst_transformer_modules.moc"
