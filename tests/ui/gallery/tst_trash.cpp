#include "ui/gallery/trash.h"

#include <QApplication>
#include <QComboBox>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "tests/support/gallery_images.h"
#include "tests/support/test.h"
#include "ui/gallery/gallery_actions.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/gallery/keep_best_dialog.h"

using namespace fanlight;
using namespace fanlight::ui;

/// Images that are moved to the trash, and come back.
class TrashTest : public QObject {
    Q_OBJECT

    const QTemporaryDir home_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<GalleryPane> pane_;
    QString path(const QString& name) { return folder_->filePath(name); }

    void show(const std::vector<std::string>& prompts) {
        make_gallery_run(path("run"), prompts);
        pane_ = std::make_unique<GalleryPane>(path("data"), nullptr);
        pane_->resize(800, 600);
        pane_->show();
        pane_->addFolder(path("run"));
        QTRY_COMPARE(pane_->images().rowCount(), static_cast<int>(prompts.size()));
        pane_->grid().setFocus();
    }
    void select(int row) { pane_->grid().setCurrentIndex(pane_->images().index(row)); }
    QAction* action(const char* name) { return pane_->actions().action(name); }
    int rows() const { return pane_->images().rowCount(); }
    /// What the trash holds, and what it has noted of it.
    QStringList inTrash() const {
        return QDir(home_.path() + "/Trash/files").entryList(QDir::Files) +
               QDir(home_.path() + "/Trash/info").entryList(QDir::Files);
    }
    std::set<std::string> culled() { return culled_images(path("run").toStdString()); }

    /// As soon as such a dialog is there, does this with it.
    template <typename Dialog>
    void answer(std::function<void(Dialog&)> act) {
        auto* timer = new QTimer(this);
        connect(timer, &QTimer::timeout, timer, [timer, act] {
            auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
            if (!dialog) return;
            timer->stop();
            timer->deleteLater();
            act(*dialog);
        });
        timer->start(10);
    }
    /// Moves the selected images.
    void moveToTrash() {
        answer<QMessageBox>([](QMessageBox& box) { box.button(QMessageBox::Yes)->click(); });
        action("trash")->trigger();
    }

private Q_SLOTS:
    /// The trash lies in the user's data folder, too.
    void initTestCase() {
        for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
            qputenv(name, home_.path().toUtf8());
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }
    void cleanup() { pane_.reset(); }

    void itAsksFirst() {
        show({"a dog", "a cat"});
        select(0);
        bool asked = false;
        answer<QMessageBox>([&](QMessageBox& box) {
            asked = true;
            box.button(QMessageBox::Cancel)->click();
        });
        QTest::keyClick(&pane_->grid(), Qt::Key_Delete);
        QTRY_VERIFY(asked);
        QVERIFY(QFile::exists(path("run/0.png")));
        moveToTrash();
        QTRY_COMPARE(rows(), 1);
        QVERIFY(!QFile::exists(path("run/0.png")));
    }

    void whatWasMovedStaysAwayAndComesBackWithItsStars() {
        show({"a dog", "a cat"});
        const QByteArray bytes = [&] {
            QFile file(path("run/0.png"));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        }();
        const QStringList before = inTrash();
        select(0);
        QVERIFY(!action("restore")->isEnabled());
        pane_->images().rate({pane_->images().idAt(0)}, 4);
        moveToTrash();
        QTRY_COMPARE(rows(), 1);
        QVERIFY(culled() == std::set<std::string>{"0.png"});
        pane_->addFolder(path("run"));  // as at the next start
        pane_->addFolder(path("run"));
        QTest::qWait(100);
        QCOMPARE(rows(), 1);

        QVERIFY(action("restore")->isEnabled());
        QTest::keySequence(&pane_->grid(), QKeySequence::Undo);
        QTRY_COMPARE(rows(), 2);
        QVERIFY(culled().empty());
        QTRY_COMPARE(pane_->images().index(0).data(GalleryModel::RatingRole).toInt(), 4);
        QFile file(path("run/0.png"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), bytes);
        QCOMPARE(inTrash(), before);
        QVERIFY(!action("restore")->isEnabled());
    }

    void whatIsInTheWayOfAnImageStays() {
        show({"a dog", "a cat"});
        select(1);
        moveToTrash();
        QTRY_COMPARE(rows(), 1);
        replace_file(path("run/1.png").toStdString(), "another");
        QSignalSpy problems(&pane_->actions(), &GalleryActions::problem);
        action("restore")->trigger();
        QTRY_COMPARE(problems.size(), 1);
        QVERIFY(problems[0][0].toString().contains(path("run/1.png")));
        QCOMPARE(QString::fromStdString(read_file(path("run/1.png").toStdString())), QString("another"));
    }

    void failedItemsStayWithTheirReason() {
        show({"a dog"});
        pane_->addFailure(path("run"), gallery_row(1, "a cat").item, "too large");
        QTRY_COMPARE(rows(), 2);
        pane_->grid().selectAll();
        moveToTrash();
        QTRY_COMPARE(rows(), 1);
        QTRY_COMPARE(pane_->images().index(0).data(GalleryModel::ReasonRole).toString(), QString("too large"));
        pane_->grid().selectAll();
        QSignalSpy problems(&pane_->actions(), &GalleryActions::problem);
        action("trash")->trigger();
        QTRY_COMPARE(problems.size(), 1);
        QCOMPARE(rows(), 1);
    }

    void onlyTheBestAreKept() {
        show({"a dog", "a cat", "a fox", "a cow"});
        const auto ids = pane_->images().ids();
        pane_->images().rate({ids[1]}, 5);
        pane_->images().rate({ids[2]}, 2);
        pane_->images().rate({ids[3]}, rejected);
        QString said;
        answer<KeepBestDialog>([&](KeepBestDialog& dialog) {
            dialog.findChild<QComboBox*>()->setCurrentIndex(1);
            for (const QLabel* label : dialog.findChildren<QLabel*>()) said += label->text() + '\n';
            dialog.accept();
        });
        action("keep-best")->trigger();
        QTRY_COMPARE(pane_->images().ids(), (QVector<qint64>{ids[1], ids[2]}));
        QVERIFY2(said.contains("2 image(s) kept") && said.contains("2 image(s) moved to the trash, 1 of them unrated"),
                 qPrintable(said));
        QVERIFY((culled() == std::set<std::string>{"0.png", "3.png"}));
        action("restore")->trigger();
        QTRY_COMPARE(pane_->images().ids(), ids);
    }

    void nothingIsMovedIfNothingIsKept() {
        KeepBestDialog dialog({{1, 0}, {2, 3}}, true);
        auto* stars = dialog.findChild<QComboBox*>();
        const auto isMovable = [&] {
            for (const auto* button : dialog.findChildren<QPushButton*>())
                if (button->text().contains("trash")) return button->isEnabled();
            return false;
        };
        QVERIFY(isMovable());
        QCOMPARE(dialog.rest(), QVector<qint64>{1});
        stars->setCurrentIndex(4);
        QVERIFY(!isMovable());
    }
};

FANLIGHT_TEST(TrashTest, QApplication)
#include "tst_trash.moc"
