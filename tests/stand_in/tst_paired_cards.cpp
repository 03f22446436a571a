// Two cards that share guided evaluations: the same bytes as one.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/devices/program_memory.h"
#include "core/worker/memory_ladder.h"
#include "tests/core/networks/pictures_of.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/stand_in/programs.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::stand_in;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

Task image(const std::string& model, const std::string& prompt, double guided = 1) {
    ImageTask task{.prompt = prompt,
                   .negative_prompt = "blurred",
                   .seed = 3,
                   .steps = 4,
                   .cfg_scale = 6,
                   .width = 32,
                   .height = 32,
                   .sampler = "euler",
                   .schedule = "default"};
    task.cfg_end = guided;
    if (model == "z_image") task.cfg_floor = 0;
    return task;
}

at::Device card_at(int index) { return device_named("cuda:" + std::to_string(index)); }

std::unique_ptr<Pipeline> loaded(const std::string& model, const Part& part) {
    return load_pipeline(data + model, {.device = card_at(0)}, {}, part);
}

void each_model() {
    QTest::addColumn<QString>("model");
    for (const char* model : {"z_image", "flux_2"}) QTest::newRow(model) << model;
}

}  // namespace

class TstPairedCards : public QObject {
    Q_OBJECT

    Runs runs_;

    /// Of the complete programs, with Z-Image.
    ProgramResult generate(const QString& folder, const QStringList& options) const {
        return run_fanlight(QStringList{"generate",
                                        "a dog",
                                        "an owl",
                                        "-n",
                                        "blurred",
                                        "-m",
                                        QString::fromStdString(data + "z_image"),
                                        "--steps",
                                        "3",
                                        "--cfg-scale",
                                        "4",
                                        "-W",
                                        "32",
                                        "-H",
                                        "32",
                                        "--threads",
                                        "1",
                                        "--dtype",
                                        "float32",
                                        "-o",
                                        folder} +
                            options);
    }
    QString with(const QString& name, const QStringList& options) const {
        const ProgramResult result = generate(runs_.path(name), options);
        return result.status == 0 ? runs_.path(name) : result.err;
    }

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
        set_accelerator(std::make_unique<StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "A", .uuid = "GPU-b"}}));
    }

    void twoCardsMakeTheSameBytes_data() { each_model(); }
    void twoCardsMakeTheSameBytes() {
        QFETCH(QString, model);
        const std::string name = model.toStdString();
        const c10::InferenceMode inference;
        const auto alone = loaded(name, {});
        const int64_t before = stand_in::statistics(1).allocated;
        const auto paired = loaded(name, {.cfg_device = card_at(1)});
        QVERIFY(stand_in::statistics(1).allocated > before);
        for (const double guided : {1.0, 0.5, 0.0}) {
            const std::vector<Task> batch = {image(name, "a dog", guided), image(name, "a cat on a chair", guided)};
            stand_in::reset_statistics();
            QVERIFY(at::equal(pictures_of(*paired, batch).images(), pictures_of(*alone, batch).images()));
            QCOMPARE(stand_in::statistics(1).operations > 0, guided > 0);
            QCOMPARE(stand_in::statistics(1).foreign, int64_t{0});
        }
    }

    /// A card that has too little memory says so, and the model can be used again.
    void whatTheSecondCardReportsArrives() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("flux_2", {.cfg_device = card_at(1)});
        const at::Tensor expected = pictures_of(*pipeline, {image("flux_2", "a dog")}).images();
        stand_in::set_fault(1, 5, "memory");
        QVERIFY_THROWS_EXCEPTION(c10::OutOfMemoryError, pictures_of(*pipeline, {image("flux_2", "a dog")}));
        QVERIFY(at::equal(pictures_of(*pipeline, {image("flux_2", "a dog")}).images(), expected));
    }

    void theFirstRungLeavesTheSecondCardOut() {
        MemoryLadder ladder;
        const protocol::Load load{.folder = data + "flux_2", .cfg_device = "cuda:1"};
        const Weights::Placement card{.device = card_at(0)};
        QVERIFY(!ladder.opening(load, card).alone);
        const auto taken = ladder.climb(load, card);
        QVERIFY(taken && taken->text().find("the second device") != std::string::npos);
        const Opening opening = ladder.opening(load, card);
        QVERIFY(opening.alone && !opening.part.brief_encoders && opening.placement.device_map.empty());
        const protocol::Load other{.folder = data + "z_image"};
        QVERIFY(ladder.climb(other, card) && ladder.opening(other, card).part.brief_encoders);
    }

    // The complete programs

    void runsOnPairsMakeTheSameBytes() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22"), card("A", "GPU-33"), card("A", "GPU-44")});
        const QStringList expected = images_in(with("alone", {"--devices", "cuda:0"}));
        QCOMPARE(expected.size(), 2);
        const QString pair = with("pair", {"--cfg-devices", "cuda:0,cuda:1"});
        QCOMPARE(images_in(pair), expected);
        QVERIFY(content_of(pair + "/.fanlight/run.json").contains("\"cfg_device\":\"cuda:1\""));
        QCOMPARE(images_in(with("turned", {"--cfg-devices", "cuda:3,cuda:1"})), expected);
        QCOMPARE(images_in(with("two pairs", {"--cfg-devices", "cuda:0,cuda:1,cuda:2,cuda:3"})), expected);
        QCOMPARE(images_in(with("texts", {"--cfg-devices", "cuda:0,cuda:1", "--text-device", "cuda:1"})), expected);
        const QStringList reserve = {"--cfg-devices", "cuda:0,cuda:1", "--reserve-memory", "cuda:1=1GB"};
        QCOMPARE(images_in(with("reserve", reserve)), expected);
    }

    /// What the second card has free is enough for the program, and not for the network.
    void aSecondCardThatIsTooSmallIsLeftOut() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22")});
        const QString folder = runs_.path("small");
        const ProgramResult made =
            generate(folder, {"--cfg-devices", "cuda:0,cuda:1", "--reserve-memory",
                              "cuda:1=" + QString::number(8'000'000'000 - ProgramMemory::cuda_context - 100'000)});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        QVERIFY2(made.err.contains("too little memory: the second device"), qPrintable(made.err));
        QCOMPARE(images_in(folder), images_in(with("whole", {"--devices", "cuda:0"})));
    }

    void cardsOfOtherModelsAreRefused() {
        set_machine({card("A", "GPU-11"), card("B", "GPU-22")});
        const ProgramResult refused = generate(runs_.new_folder(), {"--cfg-devices", "cuda:0,cuda:1"});
        QVERIFY2(refused.status == 2 && refused.err.contains("are of different models"), qPrintable(refused.output()));
    }
};

FANLIGHT_TEST(TstPairedCards, QCoreApplication)
#include "tst_paired_cards.moc"
