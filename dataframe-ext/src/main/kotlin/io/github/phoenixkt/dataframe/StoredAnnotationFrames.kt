package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.internal.allOrNothing
import java.time.Instant
import kotlin.reflect.typeOf
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/** Annotations as Phoenix has them; all columns are there without any, too. */
internal suspend fun Flow<StoredAnnotation>.toFrame(targetKind: TargetKind): AnyFrame {
    val stored = allOrNothing { toList() }
    return dataFrameOf(
        listOf(
            column(targetKind.frameColumn, stored.map { it.targetId }, typeOf<String>()),
            column("annotation_name", stored.map { it.name }, typeOf<String>()),
            column("annotator_kind", stored.map { it.annotatorKindText }, typeOf<String>()),
            column("label", stored.map { it.label }, TEXT),
            column("score", stored.map { it.score }, typeOf<Double?>()),
            column("explanation", stored.map { it.explanation }, TEXT),
            column("metadata", stored.map { JsonMap(it.metadata) }, typeOf<Map<String, Any?>>()),
            column("identifier", stored.map { it.identifier.ifEmpty { null } }, TEXT),
            column("id", stored.map { it.id }, typeOf<String>()),
            column("created_at", stored.map { it.createdAt }, typeOf<Instant>()),
            column("updated_at", stored.map { it.updatedAt }, typeOf<Instant>()),
            column("source", stored.map { it.source }, typeOf<String>()),
            column("user_id", stored.map { it.userId }, TEXT),
        )
    )
}
