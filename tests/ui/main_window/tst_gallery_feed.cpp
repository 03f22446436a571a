#include "ui/main_window/gallery_feed.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

#include "core/output/journal.h"
#include "tests/support/bridge_fixture.h"
#include "tests/support/test.h"
#include "ui/gallery/gallery_pane.h"

using namespace fanlight;
using namespace fanlight::ui;

/// A gallery beside a real run owner with fake workers.
class TestGalleryFeed : public QObject, BridgeFixture {
    Q_OBJECT

    std::unique_ptr<GalleryPane> gallery_;
    std::unique_ptr<GalleryFeed> feed_;

    GalleryModel& images() { return gallery_->images(); }
    bool isIn(ImageState state, int row) {
        return images().index(row).data(GalleryModel::StateRole).toInt() == static_cast<int>(state);
    }
    bool areMade(int count) {
        if (images().rowCount() != count) return false;
        for (int row = 0; row < count; ++row)
            if (const auto image = images().image(row); !image || image->state != ImageState::Done) return false;
        return true;
    }

private Q_SLOTS:
    void init() {
        begin();
        gallery_ = std::make_unique<GalleryPane>(path("data"), nullptr);
        feed_ = std::make_unique<GalleryFeed>(bridge_.get(), gallery_.get());
    }
    void cleanup() {
        feed_.reset();
        gallery_.reset();
        end();
    }

    /// Three images of each of two rows: their numbers differ from their rows'.
    void imagesAreWhatThePlanAndTheEventsSay() {
        auto items = fake_items(6);
        for (Item& item : items) item.row = item.index / 3;
        bridge_->start(path("run"), fake_plan(std::move(items), 1));
        WAIT_FOR(areMade(6));
        const Replay recorded = replay_journals(path("run/.fanlight").toStdString());
        for (int row = 0; row < 6; ++row) {
            const ManifestRow shown = images().image(row)->row;
            QCOMPARE(shown.item.index, int64_t{row});
            QCOMPARE(shown.item.row, int64_t{row / 3});
            const Result& made = recorded.done.at(row);
            QCOMPARE(shown.made.file()->sha256, made.file()->sha256);
            QCOMPARE(shown.made.file()->sha256.size(), size_t{64});
            QCOMPARE(shown.made.device_name, made.device_name);
            QCOMPARE(shown.made.worker, made.worker);
            QCOMPARE(shown.made.seconds, made.seconds);
            QCOMPARE(shown.made.finished_at, made.finished_at);
        }
    }

    void failedItemsStayWithTheirReason() {
        auto items = fake_items(3);
        items[1].task.edit<ImageTask>().prompt = "nan";
        bridge_->start(path("run"), fake_plan(std::move(items), 1));
        WAIT_FOR(images().rowCount() == 3 && isIn(ImageState::Failed, 1));
        QCOMPARE(images().index(1).data(GalleryModel::ReasonRole).toString(), QString("the nan fault"));
        images().setQuery({.show = GalleryQuery::Show::Failed});
        WAIT_FOR(images().rowCount() == 1 && images().image(0));
        QCOMPARE(images().image(0)->row.item.index, int64_t{1});
    }

    void culledImagesAreRemadeOnlyWhenAskedFor() {
        start("run", 2, "a dog");
        WAIT_FOR(areMade(2));
        WAIT_FOR(bridge_->run(bridge_->runs().first())->phase() == RunPhase::Finished);
        const QString file = images().image(0)->path();
        append_marks(path("run").toStdString(), {{.file = images().image(0)->row.item.place, .culled = true}});
        QVERIFY(QFile::remove(file));
        QSignalSpy ended(bridge_.get(), &RunBridge::runEnded);
        bridge_->resumeFolder(path("run"));
        WAIT_FOR(ended.size() == 1);
        QVERIFY(!QFile::exists(file));
        feed_->remakeCulled(path("run"));
        WAIT_FOR(ended.size() == 2);
        QVERIFY(QFile::exists(file));
    }
};

FANLIGHT_TEST(TestGalleryFeed, QApplication)
#include "tst_gallery_feed.moc"
