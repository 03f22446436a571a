// Whether a run's weights stay packed in memory.

#include "core/plan/weight_choice.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/plan/make_plan.h"
#include "core/plan/place_run.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

namespace {

constexpr int64_t much = int64_t{1} << 40;

}  // namespace

class TstWeightChoice : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string gguf_;

    /// Of one picture, with another network if it is given.
    PlannedRun planned(const std::string& network, WeightForm weights = WeightForm::Auto) const {
        PlanRequest request;
        request.model = source_path("/tests/golden/data/pipelines/z_image");
        request.devices = "cpu";
        request.network = network;
        request.weights = weights;
        request.parameters = {{"width", "32"}, {"height", "32"}, {"steps", "2"}};
        request.rows = {{"a dog", {}, "Row 1"}};
        return make_plan(request, source_path("/resources"), "--", {{.id = "cpu", .kind = "cpu"}}, "");
    }

    static WeightChoice choice(RunPlan& plan, WeightForm asked, int64_t memory, const PlacementRequest& request = {}) {
        return choose_weights(plan, asked, request, [&](const ModelDescription&, int) {
            return PlacementSite{{{.id = "cuda:0", .memory = memory}}, much};
        });
    }

    /// What a card must have for dequantised weights.
    int64_t needed() const {
        RunPlan plan = planned(gguf_);
        const Placement placement =
            predict_placement(describe_run(plan), {{.id = "cuda:0", .memory = much}}, {}, workload_of(plan));
        return placement.memory.front().needed();
    }

private Q_SLOTS:
    void initTestCase() {
        gguf_ = folder_.filePath("network.gguf").toStdString();
        replace_file(gguf_, z_image_gguf(&gguf_blocks().front()));
    }

    void theyArePackedWhereDequantisedOnesWouldNotFit() {
        RunPlan plan = planned(gguf_);
        const size_t notes = plan.notes.size();
        const WeightChoice roomy = choice(plan, WeightForm::Auto, needed());
        QVERIFY(!plan.packed_weights && roomy.why.empty());
        QVERIFY(roomy.packed_bytes > 0 && roomy.packed_bytes < roomy.dequantised_bytes);
        const WeightChoice narrow = choice(plan, WeightForm::Auto, needed() / 2);
        QVERIFY(plan.packed_weights && plan.notes.size() == notes);
        QVERIFY2(narrow.why.text().starts_with("cuda:0 has "), narrow.why.text().c_str());
        QCOMPARE(narrow.packed_bytes, roomy.packed_bytes);
    }

    void theyArePackedWhereDequantisedOnesWouldBeFetched() {
        RunPlan plan = planned(gguf_);
        const PlacementRequest sharded{.mode = Mode::Sharded};
        QVERIFY(choice(plan, WeightForm::Auto, much, sharded).why.empty() && !plan.packed_weights);
        const WeightChoice narrow = choice(plan, WeightForm::Auto, needed() - 100'000, sharded);
        QVERIFY(plan.packed_weights);
        QVERIFY(!narrow.why.empty());
    }

    void whatIsAskedForIsDone() {
        RunPlan plan = planned(gguf_);
        QVERIFY(choice(plan, WeightForm::Packed, much).why.empty() && plan.packed_weights);
        QVERIFY(choice(plan, WeightForm::Dequantised, 1).why.empty() && !plan.packed_weights);
    }

    void whereNothingIsPackedThatIsSaid() {
        RunPlan plan = planned("");
        const size_t notes = plan.notes.size();
        QCOMPARE(choice(plan, WeightForm::Auto, 1).packed_bytes, int64_t{0});
        QVERIFY(!plan.packed_weights && plan.notes.size() == notes);
        choice(plan, WeightForm::Packed, much);
        QVERIFY(!plan.packed_weights);
        QCOMPARE(plan.notes.size(), notes + 1);
        QCOMPARE(
            plan.notes.back().text(),
            std::string("The files of the model z_image hold no packed weights, so none can stay packed in memory"));
    }

    /// The file's bytes in place of 4 for each number, and the memory of a layer to unpack it into, and of its largest
    /// matrix to unpack that through.
    void aPackedModelIsDescribedSo() {
        RunPlan plan = planned(gguf_);
        const ModelDescription dequantised = describe_run(plan);
        plan.packed_weights = true;
        const ModelDescription packed = describe_run(plan);
        QCOMPARE(packed.layers.size(), dequantised.layers.size());
        const auto layer = [](const ModelDescription& model) {
            return *std::find_if(model.layers.begin(), model.layers.end(),
                                 [](const LayerDescription& each) { return each.name == "layers.1"; });
        };
        const int64_t saved = layer(dequantised).bytes - layer(packed).bytes,
                      unpacked = layer(packed).working_bytes - layer(dequantised).working_bytes;
        // Of Q4_0, 32 numbers take 18 bytes in place of 128.
        const int64_t numbers = saved * 32 / 110, scratch = unpacked - 4 * numbers;
        QVERIFY(numbers > 0 && scratch > 0 && scratch % 16 == 0 && scratch < 16 * numbers);
        QVERIFY(packed.mapped_bytes > dequantised.mapped_bytes);
        QCOMPARE(packed.decoder.bytes, dequantised.decoder.bytes);
    }
};

FANLIGHT_TEST(TstWeightChoice)
#include "tst_weight_choice.moc"
