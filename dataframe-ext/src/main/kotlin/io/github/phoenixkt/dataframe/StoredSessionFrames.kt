package io.github.phoenixkt.dataframe

import io.github.phoenixkt.SortOrder
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.sessions.StoredSession
import java.time.Instant
import kotlin.reflect.typeOf
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * Sessions as Phoenix has them, as a frame; all there are, however many. Since Phoenix 13.5.
 *
 * ```
 * client.sessions.getSessionsDataframe().sortByDesc("num_traces")
 * ```
 *
 * The columns are `session_id`, `id` and `project_id` (Phoenix's own ids), `start_time`,
 * `end_time`, `num_traces`, `token_count_prompt`, `token_count_completion` and `token_count_total`
 * (null before Phoenix 15.4); all of them also when there are no sessions. A session is what spans
 * name in `session.id`; [sessionStats] knows those in metadata, too, and more figures.
 *
 * The parameters are those of [SessionsResource.list].
 */
public suspend fun SessionsResource.getSessionsDataframe(
    project: String? = null,
    order: SortOrder = SortOrder.ASCENDING,
    filter: String? = null,
    limit: Int? = null,
): AnyFrame = sessionsFrame(allOrNothing { list(project, order, filter, limit).toList() })

private fun sessionsFrame(sessions: List<StoredSession>): AnyFrame =
    dataFrameOf(
        listOf(
            column("session_id", sessions.map { it.sessionId }, typeOf<String>()),
            column("id", sessions.map { it.id }, typeOf<String>()),
            column("project_id", sessions.map { it.projectId }, typeOf<String>()),
            column("start_time", sessions.map { it.startTime }, typeOf<Instant>()),
            column("end_time", sessions.map { it.endTime }, typeOf<Instant>()),
            column("num_traces", sessions.map { it.traces.size }, typeOf<Int>()),
            column("token_count_prompt", sessions.map { it.tokenCountPrompt }, COUNT),
            column("token_count_completion", sessions.map { it.tokenCountCompletion }, COUNT),
            column("token_count_total", sessions.map { it.tokenCountTotal }, COUNT),
        )
    )

private val COUNT = typeOf<Long?>()
