#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fstream>
#include <set>

#include "core/config/model_catalog.h"
#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "core/plan/make_plan.h"
#include "tests/support/fake_runs.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

constexpr int timeout_ms = 60'000;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, timeout_ms)

}  // namespace

/// `fanlight serve` with real workers and the starter model.
class TestServedRuns : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<QProcess> owner_;
    std::unique_ptr<RunClient> client_;

    fs::path path(const std::string& name) const { return fs::path(dir_->path().toStdString()) / name; }

    bool serve() {
        owner_ = std::make_unique<QProcess>();
        owner_->setProcessChannelMode(QProcess::ForwardedChannels);
        owner_->start(build_path("/fanlight"), {"serve"});
        return attach(false);
    }

    bool attach(bool previews) {
        client_ = std::make_unique<RunClient>();
        if (previews) client_->want_previews();
        QSignalSpy connected(client_.get(), &RunClient::connected);
        for (int tries = 0; tries < 300 && !client_->is_connected(); ++tries) {
            if (fs::exists(idle_owner_socket())) client_->connect_to(idle_owner_socket());
            connected.wait(100);
        }
        return client_->is_connected();
    }

    /// Plans small pictures with the starter model, or another one; `stages` > 1: in a pipeline.
    void start(const std::string& name, int images, int steps, int stages = 1, const std::string& devices = "cpu",
               const std::string& model = "") {
        PlanRequest request;
        if (!model.empty()) request.model = model;
        for (int i = 0; i < images; ++i) request.rows.push_back({"a red circle", {}, "here"});
        request.parameters = {{"steps", std::to_string(steps)}, {"width", "64"}, {"height", "64"}};
        request.devices = devices;
        request.threads = 1;
        request.batch_size = 2;
        RunPlan plan = make_plan(request, source_path("/resources"), "--");
        plan.recipe.model_hash = model_hash(plan.model_folder);
        if (stages > 1) {
            constexpr int64_t layers = 6, many = 1000;
            plan.placement.mode = Mode::Pipelined;
            plan.placement.micro_batches = 2;
            plan.placement.workers = {{.device = "cpu+cpu", .stages = {{"cpu", {0, layers}}, {"cpu", {layers, many}}}}};
            plan.devices = {"cpu+cpu"};
        }
        create_run(path(name), std::move(plan));
        client_->start(path(name));
    }

    std::set<pid_t> workers() const {
        const std::string pid = std::to_string(owner_->processId());
        std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
        std::set<pid_t> pids;
        for (pid_t child; children >> child;) pids.insert(child);
        return pids;
    }

    const RunState& run(int64_t id) const { return *client_->run(id); }
    bool finished(int64_t id) const { return client_->run(id) && run(id).phase() == RunPhase::Finished; }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", dir_->path().toUtf8());
        qputenv("XDG_STATE_HOME", (dir_->path() + "/state").toUtf8());
        qunsetenv("FANLIGHT_WORKER");
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
    }
    void cleanup() {
        client_.reset();
        if (owner_) owner_->kill();
        if (owner_) owner_->waitForFinished(timeout_ms);
        owner_.reset();
    }

    void aWarmWorkerMakesTheSamePictures_data() {
        QTest::addColumn<int>("stages");
        QTest::newRow("a whole model") << 1;
        QTest::newRow("a pipeline") << 2;
    }
    void aWarmWorkerMakesTheSamePictures() {
        QFETCH(int, stages);
        QVERIFY(serve());
        start("fresh", 3, 3, stages);
        WAIT_FOR(finished(1));
        const auto first = workers();
        QCOMPARE(first.size(), static_cast<size_t>(stages));
        start("other", 1, 2, stages);
        start("warm", 3, 3, stages);
        WAIT_FOR(finished(3));
        QCOMPARE(workers(), first);
        QVERIFY(files_in(path("warm")) == files_in(path("fresh")));
    }

    void previewsAreShownAndChangeNoPicture_data() { aWarmWorkerMakesTheSamePictures_data(); }
    void previewsAreShownAndChangeNoPicture() {
        QFETCH(int, stages);
        QVERIFY(serve());
        start("unseen", 2, 3, stages);
        WAIT_FOR(finished(1));
        QVERIFY(attach(true));
        std::string preview;
        connect(client_.get(), &RunClient::happened, this, [&](const client::FromOwner& event) {
            if (const auto* shown = std::get_if<client::OfRun<ItemPreview>>(&event)) preview = shown->png;
        });
        start("long", 2, 400, stages);
        WAIT_FOR(!preview.empty());
        const QByteArray png = QByteArray::fromBase64(QByteArray::fromStdString(preview));
        QVERIFY(png.startsWith("\x89PNG"));
        QVERIFY(png.size() < 20'000);
        client_->cancel(2);
        WAIT_FOR(run(2).phase() == RunPhase::Cancelled);
        start("seen", 2, 3, stages);
        WAIT_FOR(finished(3));
        QVERIFY(files_in(path("seen")) == files_in(path("unseen")));
    }

    /// The starter's latents are not those of the small one that is here.
    void previewsAreMadeByATinyDecoderThatFits() {
        const std::string sd1 = source_path("/tests/golden/data/pipelines/sd1");
        qputenv("XDG_DATA_HOME", QByteArray::fromStdString(path("data").string()));
        fs::create_directories(path("data/fanlight/vae"));
        QVERIFY(serve());
        start("unseen", 2, 3, 1, "cpu", sd1);
        WAIT_FOR(finished(1));
        fs::copy(source_path("/tests/golden/data/components/tiny"), path("data/fanlight/vae/taesd"));
        QVERIFY(attach(true));
        uint8_t width = 0;
        connect(client_.get(), &RunClient::happened, this, [&](const client::FromOwner& event) {
            constexpr int width_at = 19;  // its last byte, in a PNG
            if (const auto* shown = std::get_if<client::OfRun<ItemPreview>>(&event))
                width = uint8_t(QByteArray::fromBase64(QByteArray::fromStdString(shown->png)).at(width_at));
        });
        start("long", 2, 400, 1, "cpu", sd1);
        WAIT_FOR(width > 0);
        QCOMPARE(int(width), 64);
        client_->cancel(2);
        WAIT_FOR(run(2).phase() == RunPhase::Cancelled);
        start("seen", 2, 3, 1, "cpu", sd1);
        WAIT_FOR(finished(3));
        QVERIFY(files_in(path("seen")) == files_in(path("unseen")));

        start("other", 1, 2);
        WAIT_FOR(finished(4));
        std::ifstream log(path("other/.fanlight/logs/run.jsonl"));
        const std::string said{std::istreambuf_iterator<char>(log), {}};
        QVERIFY2(said.find("Previews are made without taesd: ") != std::string::npos, said.c_str());
        qunsetenv("XDG_DATA_HOME");
    }

    void anItemInFlightIsDroppedWhileItsNeighbourIsFinished_data() { aWarmWorkerMakesTheSamePictures_data(); }
    void anItemInFlightIsDroppedWhileItsNeighbourIsFinished() {
        QFETCH(int, stages);
        QVERIFY(serve());
        start("alone", 2, 60, stages);
        WAIT_FOR(client_->run(1) && !run(1).workers().empty() && run(1).workers()[0].step > 2);
        client_->cancel(1, {0});
        WAIT_FOR(run(1).item(0) == ItemState::Cancelled);
        QCOMPARE(run(1).item(1), ItemState::Working);
        WAIT_FOR(finished(1));
        QCOMPARE(files_in(path("alone")).size(), size_t{1});
        client_->retry(1, {0});
        start("both", 2, 60, stages);
        WAIT_FOR(finished(2));
        WAIT_FOR(finished(1) && run(1).counts().done == 2);
        QVERIFY(files_in(path("alone")) == files_in(path("both")));
    }

    void aCancelledRunKeepsTheModelInMemory_data() { aWarmWorkerMakesTheSamePictures_data(); }
    void aCancelledRunKeepsTheModelInMemory() {
        QFETCH(int, stages);
        QVERIFY(serve());
        start("a", 12, 900, stages);
        WAIT_FOR(client_->run(1) && !run(1).workers().empty() && run(1).workers()[0].step > 2);
        const auto before = workers();
        client_->cancel(1);
        WAIT_FOR(run(1).phase() == RunPhase::Cancelled);
        start("b", 3, 2, stages);
        WAIT_FOR(finished(2));
        QCOMPARE(workers(), before);
    }

    void aDeviceIsSwitchedOffAndOnAgain() {
        QVERIFY(serve());
        start("a", 400, 30, 1, "cpu,cpu");
        const auto images = [&](size_t worker) { return run(1).workers()[worker].images; };
        WAIT_FOR(client_->run(1) && run(1).workers().size() == 2 && images(0) > 0 && images(1) > 0);
        client_->enable_worker(1, 0, false);
        WAIT_FOR(!run(1).workers()[0].enabled && run(1).workers()[0].holds.empty());
        const int64_t before = images(0), others = images(1);
        WAIT_FOR(images(1) > others + 2);
        QCOMPARE(images(0), before);
        client_->enable_worker(1, 0, true);
        WAIT_FOR(images(0) > before);
        client_->cancel(1);
        WAIT_FOR(run(1).phase() == RunPhase::Cancelled);
    }

    void memoryAndBusySecondsAreReported() {
        QVERIFY(serve());
        start("a", 20, 900);
        WAIT_FOR(client_->run(1) && !run(1).workers().empty() && run(1).workers()[0].stats.resident_bytes > 50'000'000);
        client_->cancel(1);
        WAIT_FOR(run(1).phase() == RunPhase::Cancelled);
    }

    void killingAWorkerBetweenRunsOrAnOwnerDuringOneLosesNothing() {
        QVERIFY(serve());
        start("a", 2, 2);
        WAIT_FOR(finished(1));
        for (const pid_t worker : workers()) ::kill(worker, SIGKILL);
        start("b", 6, 40);
        WAIT_FOR(client_->run(2) && run(2).counts().done > 0);
        QCOMPARE(run(2).counts().failed, int64_t{0});
        owner_->kill();
        owner_->waitForFinished(timeout_ms);
        QVERIFY(serve());
        QCOMPARE(client_->runs().size(), size_t{2});
        WAIT_FOR(finished(2));
        QCOMPARE(run(2).counts().done, int64_t{6});
    }
};

FANLIGHT_TEST(TestServedRuns, QCoreApplication)
#include "tst_served_runs.moc"
